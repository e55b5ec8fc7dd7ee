// The end of a hub, the orderly and the other one, and the beginning of the next.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { openEventSource, openRaw } from '../lib/clients.mjs';
import { hubsForTests } from '../lib/hub.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { onFpm } from '../sapi/servers.mjs';
import { numbers, openStalled, unique } from './client.mjs';

const isLive = (frame) => frame.id !== null;
const terminate = async (hub) => {
    const gone = once(hub.child, 'exit');
    const began = performance.now();
    hub.child.kill('SIGTERM');
    const [code] = await gone;
    return { code, seconds: (performance.now() - began) / 1000 };
};

/** Each stream got a retry of its own and a proper end. */
async function assertSentAway(clients) {
    for (const client of clients) {
        await client.waitForEnd();
        assert.ok(client.isComplete(), 'the body is complete');
    }
    const waits = clients.map((client) => client.frames.findLast((frame) => frame.retry !== null)?.retry);
    assert.ok(waits.every((ms) => ms >= 500 && ms <= 5000), `waits of ${waits} ms`);
    assert.ok(new Set(waits).size > 1, 'the waits differ from each other');
}

/** A client whose socket is full of events that it does not read, while another one has read them all. */
async function stall(hub, topic) {
    const reading = await openRaw(hub.url({ topics: topic }));
    const stalled = await openStalled(hub.url({ topics: topic }));
    await reading.waitForFrame(isLive);
    await hub.php('$p = new SsePublisher(); for ($i = 0; $i < 200; $i++) { $p->publish($argv[1], str_repeat("x", 40960)); }', topic);
    await reading.waitForEvents(200, 10_000);
    return stalled;
}

describe('the end of a hub', { timeout: 120_000 }, () => {
    const hubWith = hubsForTests();

    test('SIGTERM: chunked streams get a retry and a proper end, and the hub ends with 0', async () => {
        const hub = await hubWith({ drain: 5 });
        const clients = await Promise.all(numbers(1, 20).map(() => openRaw(hub.url({ topics: 'a' }))));
        await Promise.all(clients.map((client) => client.waitForFrame(isLive)));
        const { code, seconds } = await terminate(hub);
        assert.equal(code, 0, hub.log);
        assert.ok(seconds < 3, `${seconds} s`);
        await assertSentAway(clients);
        assert.ok(!existsSync(hub.control), 'the socket is removed');
        assert.match(hub.log, /draining clients=20/);
    });

    test('a client that does not read does not hold the end up for longer than drain', async () => {
        const hub = await hubWith({ drain: 1, clientBuffer: 64 << 20 });
        const topic = unique('topic');
        const stalled = await stall(hub, topic);
        const { code, seconds } = await terminate(hub);
        assert.equal(code, 0, hub.log);
        assert.ok(seconds > 0.7 && seconds < 4, `${seconds} s`);
        stalled.destroy();
    });

    test('who comes while a hub drains is told to come back, and /readyz says so', async () => {
        const hub = await hubWith({ drain: 3, clientBuffer: 64 << 20 });
        const topic = unique('topic');
        const stalled = await stall(hub, topic);
        const ending = terminate(hub);
        await waitFor(() => /draining/.test(hub.log), 2000, () => hub.log);
        assert.equal((await fetch(`${hub.base}/readyz`)).status, 503);
        const late = await openRaw(hub.url({ topics: topic }));
        assert.equal(late.status, 200);
        await late.waitForEnd();
        assert.ok(late.isComplete());
        assert.ok(late.frames.some((frame) => frame.retry >= 500));
        assert.equal((await ending).code, 0, hub.log);
        stalled.destroy();
    });

    test('killed and started again: the stale socket is replaced, EventSource comes back, and nothing is lost', async () => {
        const hub = await hubWith({});
        const topic = unique('topic');
        const sources = await Promise.all(numbers(1, 5).map(() => openEventSource(hub.url({ topics: topic }))));
        await waitFor(async () => (await hub.metrics()).clients === 5, 5000, 'the streams');
        await sleep(300);
        await hub.publish(topic, ...numbers(1, 10));
        await Promise.all(sources.map((source) => source.waitForEvents(10)));
        await hub.kill();
        assert.ok(existsSync(hub.control), 'the socket was left behind');
        await hub.publish(topic, ...numbers(11, 5));
        await hub.start();
        await Promise.all(sources.map((source) => source.waitForEvents(15, 20_000)));
        await hub.publish(topic, '16');
        for (const source of sources) {
            await source.waitForEvents(16);
            assert.deepEqual(source.data, numbers(1, 16));
        }
    });

    test('a second hub at the same socket is refused, and the first goes on', async () => {
        const hub = await hubWith({});
        const client = await openRaw(hub.url({ topics: 'a' }));
        await client.waitForFrame(isLive);
        const options = JSON.stringify({ control: hub.control, redis: hub.options.redis, listen: null });
        await assert.rejects(hub.php('(new SseHub(json_decode($argv[1], true)))->run();', options), /SseException.*hub/);
        const elsewhere = JSON.stringify({ control: `${hub.control}2`, redis: hub.options.redis, listen: `127.0.0.1:${hub.port}` });
        await assert.rejects(hub.php('(new SseHub(json_decode($argv[1], true)))->run();', elsewhere), /SseException.*in use/i);
        assert.ok(!existsSync(`${hub.control}2`), 'a hub that did not start leaves no socket');
        await hub.publish('a', 'x');
        await client.waitForEvents(1);
    });
});

onFpm((server) => {
    test('SIGTERM: streams that were handed over get a retry and a proper end', async () => {
        const url = server.stream('stream.php', { follow: 'a', options: { heartbeat: 0 } });
        const clients = await Promise.all(numbers(1, 10).map(() => openRaw(url)));
        await Promise.all(clients.map((client) => client.waitForFrame(isLive)));
        assert.equal((await server.hub.metrics()).handoffs, 10);
        const { code } = await terminate(server.hub);
        assert.equal(code, 0, server.hub.log);
        await assertSentAway(clients);
    });
}, { workers: 1, hub: {} });
