// A thousand clients that read nothing beside 200 that do, and more bytes than the sockets between them hold.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sleep, waitFor } from '../lib/wait.mjs';
import { account, Publisher, Readers, stage } from './faults.mjs';

const SLOW = 1000;
const FAST = 200;
const BUFFER = 65_536;
const MIB = 1 << 20;

/** What TCP takes of the machine's memory. */
const tcpMemory = () => Number(/^TCP:.* mem (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8'))[1]) * 4096;

for (const [overflow, events, bytes] of [['drop-oldest', 1500, 16_384], ['cut', 800, 4096]]) {
    test(`slow_readers: ${SLOW} that do not read, ${overflow}: ${FAST} others get everything in time`, { timeout: 180_000 }, async (t) => {
        const { redis, hub } = await stage(t, { clientBuffer: BUFFER, overflow });
        const sources = [['topic', 'a']];
        const url = hub.url({ topics: ['a'] });
        const readers = await new Readers(sources, [
            { count: FAST, url, of: [0] },
            { count: SLOW, url, of: [0], stalled: true },
        ]).open();
        const before = (await hub.metrics()).resident_bytes;
        const kernelBefore = tcpMemory();
        const publisher = new Publisher(hub.options.redis, sources, { rate: 100, count: events, bytes });
        let most = 0;
        let done = false;
        publisher.done.then(() => {
            done = true;
        });
        while (!done) {
            most = Math.max(most, (await hub.metrics()).resident_bytes);
            await sleep(200);
        }
        const grown = most - before;
        const kernel = tcpMemory() - kernelBefore;
        const { overflow_dropped: dropped, overflow_cut: cut } = await hub.metrics();
        const { report } = await account(`slow_readers ${overflow}`, {
            readers,
            publisher,
            redis,
            extra: { remark: `${dropped} events dropped, ${cut} streams cut, the hub grew by ${Math.round(grown / MIB)} MiB at most, the system's memory for TCP by ${Math.round(kernel / MIB)} MiB` },
        });
        assert.ok(overflow === 'cut' ? cut >= SLOW : dropped > SLOW, `${dropped} dropped, ${cut} cut`);
        assert.ok(report.sources[0].p99Ms < 500, `p99 of the fast ones: ${report.sources[0].p99Ms} ms`);
        // Besides its buffer, for each a rest of what the socket took a part of; and what one turn of the loop brought.
        assert.ok(grown < SLOW * (BUFFER + BUFFER) + 16 * MIB, `grown by ${Math.round(grown / MIB)} MiB`);
        if (overflow === 'cut') {
            // Those that read on come back from their ids, and have lost nothing either.
            await readers.ask('wake');
            let after;
            await waitFor(
                async () => (after = await readers.report()).sources[0].lost === 0,
                60_000,
                () => `all events: ${JSON.stringify(after)}`,
            );
            assert.equal(after.sources[0].readers, SLOW + FAST);
            assert.deepEqual([after.sources[0].doubled, after.sources[0].disordered, after.malformed], [0, 0, 0]);
        }
        await readers.close();
    });
}
