import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { freePort } from '../lib/port.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { onEveryServer, unique } from './servers.mjs';

const isPing = (frame) => frame.event === 'ping';

onEveryServer((server) => {
    const open = async (parameters) => openRaw(server.stream('stream.php', { options: { heartbeat: 0.5 }, ...parameters }));

    test('a stream whose Redis cannot be reached answers 200, a retry and the end, and run() throws', async () => {
        const page = unique('page');
        const waits = new Set();
        for (let attempt = 0; attempt < 3; attempt++) {
            const options = { redis: `redis://127.0.0.1:${await freePort()}` };
            const client = await openRaw(server.stream('stream.php', { subscribe: 'x', page, options }));
            assert.equal(client.status, 200);
            assert.equal(client.headers['content-type'], 'text/event-stream; charset=utf-8');
            await client.waitForEnd();
            assert.ok(client.isComplete(), 'the body is complete');
            assert.deepEqual(client.data, []);
            waits.add(client.frames.find((frame) => frame.retry !== null).retry);
            assert.equal((await server.note(page)).exception, 'SseException');
        }
        assert.ok(waits.size > 1, 'the waits differ from each other');
    });

    test('a Redis that is killed and comes back loses no event of a topic; the stream stays open', async () => {
        const topic = unique('topic');
        const client = await open({ follow: topic });
        await server.redis.subscribed(`sse:${topic}`);
        await server.publish(topic, { count: 5 });
        await client.waitForEvents(5);
        for (const from of [6, 11, 16]) {
            await server.redisServer.kill();
            await sleep(700);
            await server.redisServer.start();
            // At once, while the stream has not yet subscribed again.
            await server.publish(topic, { from, count: 5 });
            await client.waitForEvents(from + 4, 10_000);
        }
        assert.deepEqual(client.data, Array.from({ length: 20 }, (_, index) => String(index + 1)));
        await client.close();
    });

    test('channels and lists are served again when Redis is back', async () => {
        const [channel, key] = [unique('channel'), unique('list')];
        const client = await open({ subscribe: channel, queue: key });
        await server.redis.subscribed(channel);
        await server.redisServer.kill();
        await sleep(300);
        await server.redisServer.start();
        await server.redis.subscribed(channel);
        await server.redis.command('PUBLISH', channel, 'published');
        await server.redis.command('RPUSH', key, 'pushed');
        await client.waitForFrame((frame) => frame.data === 'published');
        await client.waitForFrame((frame) => frame.data === 'pushed', 10_000);
        await client.close();
    });

    test('a Redis that comes back empty makes a gap, and new events arrive', async () => {
        const topic = unique('topic');
        const client = await open({ follow: topic });
        await server.redis.subscribed(`sse:${topic}`);
        await server.publish(topic, { count: 3 });
        await client.waitForEvents(3);
        await server.redisServer.kill();
        await server.redisServer.startEmpty();
        await server.publish(topic, { from: 4 });
        const gap = await client.waitForFrame((frame) => frame.event === 'gap', 10_000);
        assert.equal(JSON.parse(gap.data).source, topic);
        await client.waitForFrame((frame) => frame.data === '4');
        await client.close();
    });

    test('heartbeats go on while Redis is down', async () => {
        const client = await open({ follow: unique('topic') });
        await client.waitForFrame(isPing);
        await server.redisServer.kill();
        const before = client.frames.filter(isPing).length;
        await sleep(3000);
        const during = client.frames.filter(isPing).length - before;
        await server.redisServer.start();
        assert.ok(during >= 4, `${during} heartbeats in 3 s`);
        await client.close();
    });

    test('a Redis that stands still for 10 s and goes on loses no event of a topic', async () => {
        const topic = unique('topic');
        const client = await open({ follow: topic });
        await server.redis.subscribed(`sse:${topic}`);
        await server.publish(topic, { count: 3 });
        await client.waitForEvents(3);
        const before = client.frames.filter(isPing).length;
        server.redisServer.pause();
        await sleep(10_000);
        const during = client.frames.filter(isPing).length - before;
        server.redisServer.resume();
        await waitFor(() => server.publish(topic, { from: 4, count: 3 }), 5000, 'Redis');
        await client.waitForEvents(6, 15_000);
        assert.deepEqual(client.data, ['1', '2', '3', '4', '5', '6']);
        assert.ok(during >= 15, `${during} heartbeats in 10 s`);
        await client.close();
    });
});
