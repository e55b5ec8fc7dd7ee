// Who sees the head of a stream may publish at once, and has to see that arrive.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { unique } from './client.mjs';

describe('a stream that opens', { timeout: 60_000 }, () => {
    let redis;
    let hub;
    before(async () => {
        redis = await new RedisServer().start();
        hub = await new Hub(redis).start();
    });
    afterEach(async () => {
        redis.resume();
        await closeClients();
        await hub.waitForMetric('clients', 0);
    });
    after(async () => {
        await hub?.stop();
        await redis?.stop();
    });

    /** Opens a stream while Redis does not answer for so many ms; also says how long the head took. */
    async function openSlowly(ms, claims) {
        const url = hub.url(claims);
        await redis.client.command('CLIENT', 'PAUSE', String(ms));
        const began = performance.now();
        const client = await openRaw(url);
        return [client, performance.now() - began];
    }

    test('gets its head when its topics are followed', async () => {
        const topics = [unique('topic'), unique('topic')];
        const [client, took] = await openSlowly(400, { topics });
        assert.ok(took >= 300, `${took} ms: before Redis had answered`);
        await Promise.all(topics.map((topic) => hub.publish(topic, topic)));
        await client.waitForEvents(2);
        assert.deepEqual(client.data.toSorted(), topics.toSorted());
    });

    test('gets its head when its channels are subscribed to', async () => {
        const channel = unique('channel');
        const [client, took] = await openSlowly(400, { channels: [channel] });
        assert.ok(took >= 300, `${took} ms: before Redis had answered`);
        await redis.client.command('PUBLISH', channel, 'x');
        await client.waitForEvents(1);
    });

    test('gets it at once when others follow the same', async () => {
        const topic = unique('topic');
        await openRaw(hub.url({ topics: [topic] }));
        const [client, took] = await openSlowly(1500, { topics: [topic] });
        assert.ok(took < 1000, `${took} ms: it waited for Redis`);
        await client.waitForFrame((frame) => frame.id !== null, 1000);
    });

    test('gets it after a second from a Redis that hangs, and what is published when that goes on', async () => {
        const topic = unique('topic');
        const url = hub.url({ topics: [topic] });
        redis.pause();
        const began = performance.now();
        const client = await openRaw(url);
        const took = performance.now() - began;
        assert.ok(took >= 900 && took < 5000, `${took} ms`);
        redis.resume();
        await client.waitForFrame((frame) => frame.id !== null, 10_000);
        await hub.publish(topic, 'x');
        await client.waitForEvents(1);
    });

    test('gets it at once while Redis is away', async () => {
        const topic = unique('topic');
        const url = hub.url({ topics: [topic] });
        await redis.kill();
        await hub.waitForMetric('broker_ready', 0);
        const began = performance.now();
        await openRaw(url);
        const took = performance.now() - began;
        await redis.start();
        await hub.waitForMetric('broker_ready', 1, 15_000);
        assert.ok(took < 900, `${took} ms`);
    });
});
