// A new hub takes the place of one with 5,000 streams while events are published.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { sleep } from '../lib/wait.mjs';
import { account, later, Readers, Publisher, sources, A, B, NEWS, stage } from './faults.mjs';

const STREAMS = 5000;
const LONGEST_MS = 500;

test(`takeover: three hubs, one after the other, take ${STREAMS} streams: none ends, nothing is lost`, { timeout: 180_000 }, async (t) => {
    const { redis, hub: first } = await stage(t);
    let hub = first;
    const groups = [
        { count: STREAMS * 0.6, url: hub.url({ topics: ['a'] }), of: [A] },
        { count: STREAMS * 0.2, url: hub.url({ channels: ['news'] }), of: [NEWS] },
        { count: STREAMS * 0.2, url: hub.url({ topics: ['a', 'b'], channels: ['news'] }), of: [A, B, NEWS] },
    ];
    const readers = await new Readers(sources, groups).open();
    const publisher = new Publisher(hub.options.redis, sources, { rate: 150 });
    const pauses = [];
    for (let times = 0; times < 3; times++) {
        await sleep(2000);
        const old = hub;
        const gone = once(old.child, 'exit');
        hub = await old.successor().start();
        later(t, () => hub.stop());
        assert.deepEqual(await gone, [0, null], old.log);
        pauses.push(Number(/ takeover role=old .*pause_ms=(\d+)/.exec(old.log)[1]));
    }
    await sleep(2000);
    const { report } = await account('takeover', {
        readers,
        publisher,
        redis,
        lossesAre: 'none',
        extra: { remark: `the hubs say they paused for ${pauses.join(', ')} ms` },
    });
    assert.equal(report.reconnects, 0, 'no stream ends');
    const longest = Math.max(...report.sources.map(({ pauseMs }) => pauseMs));
    assert.ok(longest < LONGEST_MS, `the longest pause of a stream: ${longest} ms`);
    await readers.close();
});
