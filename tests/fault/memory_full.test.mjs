// Redis' memory is full: with noeviction a publisher is told, and nothing is half published; with a policy that evicts, logs are
// gone, and whoever misses events of theirs is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { account, later, noteLine, stage, underWay } from './faults.mjs';

const usedMemory = async (client) => Number(/used_memory:(\d+)/.exec(await client.command('INFO', 'memory'))[1]);

test('memory_full: noeviction: Redis refuses until there is room again', { timeout: 120_000 }, async (t) => {
    const { redis, hub } = await stage(t);
    const { readers, publisher } = await underWay(hub);
    for (let times = 0; times < 3; times++) {
        await sleep(1000);
        const before = publisher.failures().length;
        await redis.client.command('CONFIG', 'SET', 'maxmemory', (await usedMemory(redis.client)) + 50_000);
        await waitFor(() => publisher.failures().length > before + 20, 20_000, 'Redis to refuse');
        await readers.drop(20); // who comes back may read all the same
        await sleep(500);
        await redis.client.command('CONFIG', 'SET', 'maxmemory', 0);
    }
    await sleep(1000);
    const messages = [...new Set(publisher.failures())];
    const { published, logs } = await account('memory_full noeviction', {
        readers,
        publisher,
        redis,
        extra: { remark: `the publisher got ${messages.join('; ')}` },
    });
    assert.ok(messages.every((message) => /OOM/.test(message)), messages.join('\n'));
    for (const place of [0, 1]) {
        assert.ok(published[place].failed.size > 0);
        assert.deepEqual(logs[place].filter(({ number }) => published[place].failed.has(number)), [], 'what was refused is not in the log');
    }
    await readers.close();
});

const TOPICS = 100;
const topics = Array.from({ length: TOPICS }, (_, index) => `t${index}`);

/** Writes keys that live for a while until none of the logs is left. */
async function evictLogs({ client }, policy) {
    await client.command('CONFIG', 'SET', 'maxmemory-policy', policy);
    await client.command('CONFIG', 'SET', 'maxmemory', (await usedMemory(client)) + 4_000_000);
    const logs = topics.map((topic) => `sse:${topic}`);
    for (let number = 0; (await client.command('EXISTS', ...logs)) > 0; number++) {
        assert.ok(number < 10_000, 'Redis evicts');
        await client.command('SET', `filler:${number}`, 'x'.repeat(100_000), 'EX', 1000);
    }
    await client.command('CONFIG', 'SET', 'maxmemory', 0);
}

for (const policy of ['volatile-lru', 'allkeys-lru']) {
    test(`memory_full: ${policy}: whoever misses events of an evicted log is told`, { timeout: 120_000 }, async (t) => {
        const redis = await new RedisServer().start();
        later(t, () => redis.stop());
        const hub = await new Hub(redis).start();
        later(t, () => hub.stop());
        later(t, closeClients);
        const seen = await Promise.all(topics.map(async (topic) => (await hub.publish(topic, '1', '2', '3'))[0]));
        const live = await openRaw(hub.url({ topics: topics[0] }));
        await evictLogs(redis, policy);
        // Half of the topics have a new log when their readers come back.
        const again = topics.filter((topic, index) => index % 2 === 0);
        await hub.php('$p = new SsePublisher(); foreach (json_decode($argv[1]) as $topic) { $p->publish($topic, 4); }', JSON.stringify(again));
        const back = await Promise.all(topics.map((topic, index) => openRaw(hub.url({ topics: topic }), { headers: { 'Last-Event-ID': seen[index] } })));
        await Promise.all(back.map((client) => client.waitForFrame((frame) => frame.id !== null)));
        await Promise.all(back.map((client, index) => index % 2 === 0 && client.waitForFrame((frame) => frame.data === '4')));
        const told = back.filter((client) => client.frames.some((frame) => frame.event === 'gap'));
        const doubled = back.filter((client) => client.events.filter((frame) => frame.event === 'message').length > 1);
        noteLine({
            fault: `memory_full ${policy}`,
            kind: 'topic',
            readers: TOPICS,
            sent: TOPICS * 3 + again.length,
            received: TOPICS + back.filter((client) => client.data.includes('4')).length,
            lost: TOPICS * 2,
            told: told.length * 2,
            doubled: doubled.length,
            disordered: 0,
            gaps: told.length,
            back: TOPICS,
        });
        assert.equal(told.length, TOPICS, 'each has a gap');
        await live.waitForFrame((frame) => frame.data === '4');
        assert.ok(!live.frames.some((frame) => frame.event === 'gap'), 'who was there all the time has lost nothing');
        // Who had everything that was published is not alarmed.
        const [newest] = await hub.publish('another', 'x');
        const calm = await openRaw(hub.url({ topics: topics[1] }), { headers: { 'Last-Event-ID': newest } });
        await hub.publish(topics[1], '5');
        await calm.waitForFrame((frame) => frame.data === '5');
        assert.ok(!calm.frames.some((frame) => frame.event === 'gap'));
    });
}
