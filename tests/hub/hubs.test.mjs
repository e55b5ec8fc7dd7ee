// Several hubs on one Redis, as hubs of several hosts are: each with a control socket, a listener and a Redis connection of its own.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { numbers, openTicket, unique } from './client.mjs';

/** What a stream was told of presence: ['joining', id], ['leaving', id], ['subscribed', ids]. */
const told = (client) => client.events
    .filter((frame) => frame.event === 'broadcast')
    .map((frame) => JSON.parse(frame.data))
    .map(({ event, data }) => [event.replace('presence:', ''), Array.isArray(data) ? data.map(({ id }) => id).sort() : data.id]);

describe('two hubs on one Redis', { timeout: 120_000 }, () => {
    let redis;
    let hubs;
    before(async () => {
        redis = await new RedisServer().start();
    });
    after(() => redis.stop());

    const startHubs = async () => {
        hubs = [await new Hub(redis).start(), await new Hub(redis).start()];
    };
    afterEach(async () => {
        await closeClients();
        for (const hub of hubs.splice(0)) {
            await hub.stop();
        }
    });

    test('what is published reaches the streams of both, in the same order; a stream resumes at the other', async () => {
        await startHubs();
        const [topic, channel] = [unique('topic'), unique('channel')];
        const clients = [];
        for (const hub of hubs) {
            clients.push(await openTicket(hub, { follow: topic, subscribe: channel }), await openTicket(hub, { follow: topic }));
        }
        await redis.client.subscribed(`sse:${topic}`, 2);
        await redis.client.subscribed(channel, 2);
        await Promise.all(hubs.map((hub, index) => hub.publish(topic, ...numbers(100 * index, 50))));
        await redis.client.command('PUBLISH', channel, 'plain');
        for (const client of clients) {
            await client.waitForFrame((frame) => frame.data === '49');
            await client.waitForFrame((frame) => frame.data === '149');
        }
        await clients[0].waitForFrame((frame) => frame.data === 'plain');
        await clients[2].waitForFrame((frame) => frame.data === 'plain');
        const logged = clients.map(({ data }) => data.filter((value) => value !== 'plain'));
        assert.equal(logged[0].length, 100);
        logged.forEach((data) => assert.deepEqual(data, logged[0]));

        await clients[1].close();
        await hubs[1].publish(topic, 'meanwhile');
        const resumed = await openTicket(hubs[1], { follow: topic }, { 'Last-Event-ID': clients[1].lastEventId });
        await resumed.waitForEvents(1);
        assert.deepEqual(resumed.data, ['meanwhile']);
    });

    test('disconnect(), a join, and items of a list, whichever hub has the stream', async () => {
        await startHubs();
        const [topic, list] = [unique('topic'), unique('list')];
        const anns = [await openTicket(hubs[0], { follow: topic, user: 'ann' }), await openTicket(hubs[1], { follow: topic, user: 'ann' })];
        const bob = await openTicket(hubs[1], { follow: topic, user: 'bob', id: 'stream-of-bob' });
        const heard = await hubs[0].php('echo (new SsePublisher())->join("stream-of-bob", ["follow" => [$argv[1]], "user" => "bob"]);', `${topic}-2`);
        assert.equal(heard, '2');
        await redis.client.subscribed(`sse:${topic}-2`);
        await hubs[0].publish(`${topic}-2`, 'joined');
        await bob.waitForFrame((frame) => frame.data === 'joined');

        const takers = [await openTicket(hubs[0], { queue: list }), await openTicket(hubs[1], { queue: list })];
        await redis.client.blocked(2);
        await redis.client.command('RPUSH', list, ...numbers(1, 40));
        await waitFor(() => takers[0].data.length + takers[1].data.length === 40, 10_000, 'all items');
        assert.deepEqual([...takers[0].data, ...takers[1].data].map(Number).sort((a, b) => a - b), numbers(1, 40).map(Number));

        assert.equal(await hubs[0].disconnect('ann'), 2);
        await Promise.all(anns.map((client) => client.waitForEnd()));
        await hubs[1].publish(topic, 'still');
        await bob.waitForFrame((frame) => frame.data === 'still');
    });

    test('one is killed: the other goes on, and those who were there leave once, and no ghosts stay', async () => {
        await startHubs();
        const [topic, room] = [unique('topic'), unique('room')];
        const member = (id) => ({ follow: topic, presence: { [room]: { user: String(id), member: { id } } } });
        const [ann, bob] = [await openTicket(hubs[0], member(1)), await openTicket(hubs[1], member(2))];
        await waitFor(() => told(bob).some(([what, ids]) => what === 'subscribed' && ids.length === 2), 5000, () => JSON.stringify(told(bob)));
        await waitFor(() => told(ann).some(([what, id]) => what === 'joining' && id === 2), 5000, () => JSON.stringify(told(ann)));
        await redis.client.subscribed(`sse:${topic}`, 2);
        const losses = (await hubs[1].metrics()).broker_losses;
        await hubs[0].kill();
        await ann.waitForEnd();
        // Its connections are gone from Redis, and whoever was there counts for as long as an agent may be silent.
        await waitFor(async () => (await redis.client.command('PUBSUB', 'NUMSUB', `sse:${topic}`))[1] === 1, 5000, 'one subscription less');
        await hubs[1].publish(topic, ...numbers(1, 20));
        await bob.waitForFrame((frame) => frame.data === '20');
        assert.deepEqual(bob.data.filter((data) => /^\d+$/.test(data)), numbers(1, 20));
        await waitFor(() => told(bob).some(([what]) => what === 'leaving'), 25_000, () => JSON.stringify(told(bob)));
        await sleep(1500);
        assert.deepEqual(told(bob).filter(([what]) => what === 'leaving'), [['leaving', 1]]);
        assert.deepEqual(Object.keys(JSON.parse(await hubs[1].php('echo json_encode((new SsePublisher())->members($argv[1]), JSON_FORCE_OBJECT);', room))), ['2']);
        assert.equal((await redis.client.command('ZRANGE', 'sse-agents', 0, -1)).length, 1, 'one agent');
        assert.equal((await redis.client.command('HLEN', `sse-entries:${room}`)), 1, 'one entry');
        const metrics = await hubs[1].metrics();
        assert.deepEqual([metrics.clients, metrics.presences, metrics.broker_losses], [1, 1, losses]);
        hubs.shift();
    });
});
