// The figures of /metrics that a counter cannot give: they must be what the system, and another reader, would say.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { hubsForTests } from '../lib/hub.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { numbers, openStalled, unique } from './client.mjs';

describe('figures', { timeout: 120_000 }, () => {
    const hubWith = hubsForTests();

    test('open files are those of /proc, one more for each stream; the limit is that of the process', async () => {
        const hub = await hubWith({});
        const before = (await hub.metrics()).open_files;
        await Promise.all(numbers(1, 20).map(() => openRaw(hub.url({ topics: 'a' }))));
        await hub.waitForMetric('clients', 20);
        const { open_files: open, max_open_files: most, resident_bytes: resident } = await hub.metrics();
        // A connection to Redis may come or go meanwhile; that of the request itself is there both times.
        assert.ok(open - before >= 18 && open - before <= 22, `${before} and then ${open}`);
        // The request's connection may be counted twice: closed in one process and not yet in the other.
        const listed = (await readdir(`/proc/${hub.pid}/fd`)).length;
        assert.ok(Math.abs(listed - open) <= 2, `${open}, and ${listed} in /proc`);
        const limits = await readFile(`/proc/${hub.pid}/limits`, 'utf8');
        assert.equal(String(most), /^Max open files +(\d+)/m.exec(limits)[1]);
        assert.ok(resident > 1024 * 1024);
    });

    test('a hub that was stopped says for how long it was late, and used no processor meanwhile', async () => {
        const hub = await hubWith({});
        await sleep(500);
        const before = await hub.metrics();
        hub.child.kill('SIGSTOP');
        await sleep(2000);
        hub.child.kill('SIGCONT');
        await waitFor(async () => (await hub.metrics()).late_ms - before.late_ms >= 1500, 5000, 'the lateness');
        const after = await hub.metrics();
        // From the last turn before the stop: up to a tick less than the stop, and on a busy machine more.
        assert.ok(after.late_ms - before.late_ms < 4000, `${after.late_ms - before.late_ms} ms`);
        assert.ok(after.cpu_ms >= before.cpu_ms && after.cpu_ms - before.cpu_ms < 1000, `${after.cpu_ms - before.cpu_ms} ms`);
    });

    test('a client that does not read is a backlog until it does', async () => {
        const hub = await hubWith({ clientBuffer: 64 * 1024 * 1024 });
        const topic = unique('topic');
        const stalled = await openStalled(hub.url({ topics: topic }));
        const reading = await openRaw(hub.url({ topics: topic }));
        await reading.waitForFrame((frame) => frame.id !== null);
        assert.equal((await hub.metrics()).backlogs, 0);
        await hub.php('$p = new SsePublisher(); for ($i = 0; $i < 400; $i++) { $p->publish($argv[1], str_repeat("x", 40 * 1024)); }', topic);
        await reading.waitForEvents(400, 15_000);
        const { backlogs, backlog_bytes: bytes } = await hub.metrics();
        assert.equal(backlogs, 1);
        assert.ok(bytes > 0 && bytes < 401 * 41 * 1024, `${bytes} bytes`);
        stalled.resume();
        await hub.waitForMetric('backlogs', 0, 15_000);
        assert.equal((await hub.metrics()).backlog_bytes, 0);
        stalled.destroy();
        await once(stalled, 'close');
    });

    test('gaps: one for each topic of a client whose id is none', async () => {
        const hub = await hubWith({});
        const client = await openRaw(hub.url({ topics: ['a', 'b'] }), { headers: { 'Last-Event-ID': 'none of ours' } });
        await client.waitForFrame((frame) => frame.event === 'gap' && JSON.parse(frame.data).source === 'b');
        assert.equal((await hub.metrics()).gaps, 2);
    });

    test('presences: one for each stream and channel, until the stream ends', async () => {
        const hub = await hubWith({});
        const [one, other] = [unique('presence'), unique('presence')];
        const open = async (user, topics) => {
            const presence = Object.fromEntries(topics.map((topic) => [topic, { user, member: { id: user } }]));
            return openRaw(`${hub.base}/sse?ticket=${await hub.ticket({ presence })}`);
        };
        const ann = await open('ann', [one, other]);
        const tab = await open('ann', [one]);
        await open('bob', [one]);
        await hub.waitForMetric('presences', 4);
        assert.equal((await hub.stats()).presences, 4);
        await ann.close();
        await hub.waitForMetric('presences', 2);
        await tab.close();
        await hub.waitForMetric('presences', 1);
    });
});
