// A hub of several processes: one address, one set of figures, and each process replaced on its own.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { children, descriptors } from '../lib/process.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { numbers, unique } from './client.mjs';

const threadsOf = (pid) => readdirSync(`/proc/${pid}/task`).length;
const isRunning = (pid) => existsSync(`/proc/${pid}`);

describe('a hub of three processes', { timeout: 120_000 }, () => {
    let redis;
    let hub;
    before(async () => {
        redis = await new RedisServer().start();
        hub = await new Hub(redis, { workers: 3 }).start();
        await hub.waitForMetric('processes', 3);
    });
    afterEach(closeClients);
    after(async () => {
        await hub?.stop();
        await redis?.stop();
    });

    const openMany = (count, topic) => Promise.all(numbers(1, count).map(() => openRaw(hub.url({ topics: [topic] }))));

    async function assertAllReceive(clients, topic, count) {
        const ids = await hub.publish(topic, ...numbers(1, count));
        await Promise.all(clients.map((client) => client.waitForEvents(count)));
        for (const client of clients) {
            assert.deepEqual(client.events.map((event) => event.id), ids);
        }
    }

    test('spreads the streams, and counts them together', async () => {
        const topic = unique('topic');
        const before = children(hub.pid).map(descriptors);
        const clients = await openMany(60, topic);
        const held = children(hub.pid).map((pid, index) => descriptors(pid) - before[index]);
        assert.ok(held.every((count) => count >= 3), `of 60 streams the processes hold ${held}`);
        assert.equal((await hub.metrics()).clients, 60);
        assert.equal((await hub.stats()).clients, 60);
        await assertAllReceive(clients, topic, 20);
        assert.ok((await hub.metrics()).deliveries >= 60 * 20);
    });

    test('a disconnect, a join and a ticket reach a stream wherever it is', async () => {
        const topics = [unique('topic'), unique('topic')];
        const clients = await Promise.all(numbers(1, 12).map(async (n) => {
            const ticket = await hub.ticket({ follow: topics[0], user: 'ann', id: `stream-${n}` });
            return openRaw(`${hub.base}/sse?ticket=${ticket}`);
        }));
        for (const n of numbers(1, 12)) {
            await hub.php('(new SsePublisher())->join($argv[1], ["follow" => $argv[2], "user" => "ann"]);', `stream-${n}`, topics[1]);
        }
        await Promise.all(clients.map((client) => client.waitForFrame((frame) => frame.event === 'sse:joined')));
        await hub.publish(topics[1], 'x');
        await Promise.all(clients.map((client) => client.waitForFrame((frame) => frame.data === 'x')));
        await hub.disconnect('ann');
        await Promise.all(clients.map((client) => client.waitForEnd()));
    });

    test('a process that is killed is replaced; the others keep their streams', async () => {
        const topic = unique('topic');
        const clients = await openMany(30, topic);
        const [first, second, third] = children(hub.pid);
        const { deliveries } = await hub.metrics();
        process.kill(second, 'SIGKILL');
        await waitFor(() => children(hub.pid).length === 3 && !children(hub.pid).includes(second), 10_000, () => hub.log);
        await hub.waitForMetric('processes', 3, 10_000);
        assert.match(hub.log, /process_died process=2 signal=9/);
        assert.ok(isRunning(first) && isRunning(third));
        const left = [];
        for (const client of clients) {
            (await Promise.race([client.closed.then(() => false), sleep(50).then(() => true)])) && left.push(client);
        }
        assert.ok(left.length > 0 && left.length < 30, `${left.length} of 30 streams are left`);
        await assertAllReceive([...left, ...(await openMany(10, topic))], topic, 5);
        assert.ok((await hub.metrics()).deliveries >= deliveries, 'what the killed one counted is not forgotten');
    });

    test('each process is taken over by the one of its number', async () => {
        const topic = unique('topic');
        const clients = await openMany(30, topic);
        const successor = hub.successor();
        await successor.start();
        await waitFor(() => hub.child.exitCode !== null, 10_000, () => hub.log);
        assert.equal(hub.child.exitCode, 0);
        hub = successor;
        await hub.waitForMetric('processes', 3);
        assert.equal((await hub.metrics()).clients, 30);
        assert.equal((await hub.metrics()).taken_over, 30);
        await assertAllReceive(clients, topic, 20);
    });

    test('fewer processes: what the last one held comes back', async () => {
        const topic = unique('topic');
        const clients = await openMany(30, topic);
        const successor = hub.successor({ workers: 2 });
        await successor.start();
        await waitFor(() => hub.child.exitCode !== null, 15_000, () => hub.log);
        hub = successor;
        await hub.waitForMetric('processes', 2);
        const ended = [];
        for (const client of clients) {
            (await Promise.race([client.closed.then(() => true), sleep(50).then(() => false)])) && ended.push(client);
        }
        assert.ok(ended.length > 0 && ended.length < 30, `${ended.length} of 30 streams were ended`);
        assert.ok(ended.every((client) => client.frames.some((frame) => frame.retry >= 500)));
        assert.equal((await hub.metrics()).clients, 30 - ended.length);
    });

    test('SIGTERM ends all of them, with their streams and sockets', async () => {
        const clients = await openMany(20, unique('topic'));
        const pids = children(hub.pid);
        assert.equal(threadsOf(hub.pid), 1);
        await hub.stop();
        await Promise.all(clients.map((client) => client.waitForEnd()));
        assert.ok(clients.every((client) => client.isComplete()));
        assert.ok(!pids.some(isRunning));
        assert.deepEqual(readdirSync(hub.dir).filter((name) => !name.endsWith('.lock')), []);
    });
});

test('what keeps the first process from beginning is an exception, and none is left', { timeout: 30_000 }, async () => {
    const redis = await new RedisServer().start();
    const hub = await new Hub(redis, { workers: 2 }).start();
    const second = new Hub(redis, { workers: 2, control: hub.control });
    await assert.rejects(second.start({ listen: hub.base.slice('http://'.length) }), /another hub|running/i);
    assert.match(second.log, /SseException/);
    await hub.stop();
    await redis.stop();
});
