// The hub while its Redis is killed, paused, emptied, or changes its mind about who may do what.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { isPing, numbers, openTicket, unique } from './client.mjs';

const gapOf = (frame) => JSON.parse(frame.data);

describe('the hub without its Redis', { timeout: 180_000 }, () => {
    let redis;
    let hub;
    before(async () => {
        redis = await new RedisServer().start();
        hub = await new Hub(redis).start();
    });
    afterEach(async () => {
        await closeClients();
        await hub.waitForMetric('clients', 0);
    });
    after(async () => {
        await hub?.stop();
        await redis?.stop();
    });

    /** A stream over a ticket: it beats twice a second. */
    const open = (subscription, headers) => openTicket(hub, { heartbeat: 0.5, ...subscription }, headers);

    test('Redis is killed and comes back: logged events arrive, in order, once; a channel gets a gap; nobody is cut off', async () => {
        const [topic, channel] = [unique('topic'), unique('channel')];
        const topics = await Promise.all(numbers(1, 5).map(() => open({ follow: topic })));
        const plain = await open({ subscribe: channel });
        const both = await open({ follow: topic, subscribe: channel });
        await redis.client.subscribed(`sse:${topic}`);
        await redis.client.subscribed(channel);
        await hub.publish(topic, ...numbers(1, 5));
        await redis.client.command('PUBLISH', channel, 'before');
        await plain.waitForEvents(1);
        for (const from of [6, 11]) {
            const losses = (await hub.metrics()).broker_losses;
            await redis.kill();
            await hub.waitForMetric('broker_losses', losses + 1);
            await redis.start();
            // At once, while the hub has not yet subscribed again.
            await hub.publish(topic, ...numbers(from, 5));
            await Promise.all(topics.map((client) => client.waitForFrame((frame) => frame.data === String(from + 4), 10_000)));
        }
        await redis.client.subscribed(channel);
        await redis.client.command('PUBLISH', channel, 'after');
        await plain.waitForFrame((frame) => frame.data === 'after');
        await both.waitForFrame((frame) => frame.data === 'after');
        for (const client of topics) {
            assert.deepEqual(client.data, numbers(1, 15));
        }
        const gaps = plain.events.filter((frame) => frame.event === 'gap').map(gapOf);
        assert.ok(gaps.length >= 1 && gaps.every((gap) => gap.source === channel), JSON.stringify(gaps));
        assert.deepEqual(plain.data.filter((data) => !data.startsWith('{')), ['before', 'after']);
        assert.deepEqual(both.data.filter((data) => /^\d+$/.test(data)), numbers(1, 15));
        assert.ok(both.events.filter((frame) => frame.event === 'gap').every((frame) => gapOf(frame).source === channel));
        assert.equal((await hub.metrics()).clients, 7);
    });

    test('Redis comes back empty: a gap says reset, and new events arrive', async () => {
        const topic = unique('topic');
        const client = await open({ follow: topic });
        await redis.client.subscribed(`sse:${topic}`);
        await hub.publish(topic, ...numbers(1, 3));
        await client.waitForEvents(3);
        await redis.kill();
        await redis.startEmpty();
        await waitFor(() => hub.publish(topic, '4').catch(() => false), 5000, 'Redis');
        const gap = await client.waitForFrame((frame) => frame.event === 'gap', 10_000);
        assert.deepEqual(gapOf(gap), { source: topic, reason: 'reset' });
        await client.waitForFrame((frame) => frame.data === '4');
        assert.deepEqual(client.data.filter((data) => /^\d/.test(data)), numbers(1, 4));
    });

    test('Redis stands still for 8 s: heartbeats go on, logged events arrive, in order, once', async () => {
        const topic = unique('topic');
        const clients = await Promise.all([open({ follow: topic }), open({ follow: topic })]);
        await redis.client.subscribed(`sse:${topic}`);
        await hub.publish(topic, ...numbers(1, 3));
        await Promise.all(clients.map((client) => client.waitForEvents(3)));
        const before = clients[0].frames.filter(isPing).length;
        redis.pause();
        await sleep(8000);
        const during = clients[0].frames.filter(isPing).length - before;
        redis.resume();
        await waitFor(() => hub.publish(topic, '4', '5', '6').catch(() => false), 10_000, 'Redis');
        for (const client of clients) {
            await client.waitForFrame((frame) => frame.data === '6', 15_000);
            assert.deepEqual(client.data, numbers(1, 6));
        }
        assert.ok(during >= 11, `${during} heartbeats in 8 s`);
        assert.match(hub.log, /redis_/);
    });

    test('heartbeats go on while Redis is away, clients come and go, and a page without Redis is sent nowhere', async () => {
        const client = await open({ follow: unique('topic') });
        await client.waitForFrame(isPing);
        await redis.kill();
        const before = client.frames.filter(isPing).length;
        // A token needs no Redis.
        const during = await openRaw(hub.url({ topics: unique('topic') }));
        assert.equal(during.status, 200);
        await during.waitForFrame((frame) => frame.comment !== null);
        await during.close();
        await hub.waitForMetric('clients', 1, 1500);
        await sleep(2500);
        const beats = client.frames.filter(isPing).length - before;
        assert.ok(beats >= 3, `${beats} heartbeats in 2.5 s`);
        await redis.start();
        await waitFor(async () => (await hub.metrics()).broker_ready === 1, 10_000, 'Redis');
    });

    test('who comes with an id while Redis is away gets what it missed when Redis is back', async () => {
        const topic = unique('topic');
        const ids = await hub.publish(topic, ...numbers(1, 6));
        await redis.kill();
        const client = await openRaw(hub.url({ topics: topic }), { headers: { 'Last-Event-ID': ids[1] } });
        const fresh = await openRaw(hub.url({ topics: topic }));
        await sleep(500);
        assert.deepEqual(client.data, []);
        await redis.start();
        await client.waitForEvents(4, 10_000);
        await redis.client.subscribed(`sse:${topic}`);
        await fresh.waitForFrame((frame) => frame.id !== null);
        await hub.publish(topic, '7');
        await client.waitForEvents(5);
        await fresh.waitForEvents(1);
        assert.deepEqual(client.data, numbers(3, 5));
        assert.deepEqual(fresh.data, ['7']);
    });

    test('items of lists are not lost when Redis is killed while the hub waits for them', async () => {
        const key = unique('list');
        const client = await open({ queue: key });
        await redis.client.blocked();
        await redis.client.command('RPUSH', key, '1', '2');
        await client.waitForEvents(2);
        await redis.kill();
        await redis.start();
        await redis.client.command('RPUSH', key, '3', '4');
        await client.waitForEvents(4, 10_000);
        assert.deepEqual(client.data, numbers(1, 4));
    });

    test('rights that are taken away and given back: the log says so, clients stay, nothing logged is lost', async () => {
        const command = (...words) => redis.client.command(...words);
        await command('ACL', 'SETUSER', 'hub', 'on', '>secret', '~*', '&*', '+@all');
        const other = await new Hub(redis, { redis: `redis://hub:secret@127.0.0.1:${redis.port}` }).start();
        const topic = unique('topic');
        const client = await openRaw(other.url({ topics: topic }));
        await command('PUBSUB', 'NUMSUB', `sse:${topic}`);
        await redis.client.subscribed(`sse:${topic}`);
        await hub.publish(topic, '1');
        await client.waitForEvents(1);
        // Redis cuts off whoever may no longer use what it is subscribed to.
        await command('ACL', 'SETUSER', 'hub', 'off', 'resetchannels');
        await command('CLIENT', 'KILL', 'USER', 'hub').catch(() => {});
        await waitFor(async () => (await other.metrics()).broker_ready === 0, 5000, 'the loss');
        await hub.publish(topic, '2', '3');
        await sleep(700);
        assert.deepEqual(client.data, ['1']);
        await waitFor(() => /WRONGPASS|NOAUTH|NOPERM|username-password/i.test(other.log), 8000, () => `the reason in:\n${other.log}`);
        await command('ACL', 'SETUSER', 'hub', 'on', '&*');
        await client.waitForEvents(3, 15_000);
        assert.deepEqual(client.data, ['1', '2', '3']);
        await client.close();
        await other.stop();
    });

    test('a hub may start before its Redis', async () => {
        const late = await new RedisServer().start();
        await late.kill();
        const early = await new Hub(late).start({}, { waitForBroker: false });
        assert.equal((await fetch(`${early.base}/readyz`)).status, 503);
        const topic = unique('topic');
        const client = await openRaw(early.url({ topics: topic }));
        assert.equal(client.status, 200);
        await late.start();
        await client.waitForFrame((frame) => frame.id !== null, 15_000);
        await early.publish(topic, '1');
        await client.waitForEvents(1);
        await client.close();
        await early.stop();
        await late.stop();
    });
});
