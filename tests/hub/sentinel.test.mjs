// A hub, publishers and inline streams behind sentinels: they find the master, and the one after it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { extension } from '../lib/paths.mjs';
import { start } from '../lib/process.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { SentinelSet } from '../lib/redis_sets.mjs';
import { waitFor } from '../lib/wait.mjs';
import { numbers, unique } from './client.mjs';

const failure = (promise) => promise.then(() => '', (error) => error.message);

describe('behind sentinels', { timeout: 120_000 }, () => {
    let set;
    let hub;
    before(async () => {
        set = await new SentinelSet().start();
        hub = await new Hub(null, { redis: set.dsn() }).start();
    });
    afterEach(closeClients);
    after(async () => {
        await hub?.stop();
        await set?.stop();
    });

    /** Publishes until it is accepted; what is refused for certain is no other event. */
    const publish = (topic, value) => waitFor(() => hub.publish(topic, value).catch(() => false), 15_000, `publishing ${value}`);

    async function follow(topic) {
        const client = await openRaw(hub.url({ topics: topic }));
        const master = await set.master();
        await master.client.subscribed(`sse:${topic}`);
        return client;
    }

    test('the master is found, and figures and log name it', async () => {
        const topic = unique('topic');
        const client = await follow(topic);
        await hub.publish(topic, ...numbers(1, 3));
        await client.waitForEvents(3);
        const master = await set.master();
        assert.equal((await hub.stats()).redis, `127.0.0.1:${master.port}`);
        assert.match(hub.log, new RegExp(`redis_connected address=127.0.0.1:${master.port}`));
        assert.match(await (await fetch(`${hub.base}/metrics`)).text(), new RegExp(`^sse_hub_redis_info{address="127.0.0.1:${master.port}"} 1$`, 'm'));
    });

    test('the master is killed: the replica that takes its place is found, and nothing logged is lost', async () => {
        const topic = unique('topic');
        const client = await follow(topic);
        await hub.publish(topic, ...numbers(1, 3));
        await client.waitForEvents(3);
        const old = await set.master();
        await old.client.command('WAIT', 1, 1000);
        await old.kill();
        const next = await set.failedOver(old);
        await publish(topic, '4');
        await client.waitForEvents(4, 15_000);
        assert.deepEqual(client.data, numbers(1, 4));
        await hub.waitForMetric('broker_ready', 1, 10_000);
        assert.equal((await hub.stats()).redis, `127.0.0.1:${next.port}`);
        assert.match(hub.log, new RegExp(`redis_back address=127.0.0.1:${next.port}`));
        // It comes back as it was, a master; the sentinels make it a replica.
        await old.start();
        await waitFor(async () => (await old.client.command('ROLE').catch(() => []))[0] === 'slave', 25_000, 'the old master to be a replica');
        await publish(topic, '5');
        await client.waitForEvents(5, 10_000);
        assert.deepEqual(client.data, numbers(1, 5));
    });

    test('a failover without a failure: who publishes and who reads go on at the new master', async () => {
        const old = await set.master();
        const topic = unique('topic');
        const client = await follow(topic);
        await publish(topic, '1');
        await client.waitForEvents(1);
        await waitFor(() => set.sentinels[0].client.command('SENTINEL', 'FAILOVER', 'mymaster').then(() => true, () => false), 15_000, 'a failover');
        await set.failedOver(old);
        await waitFor(async () => (await old.client.command('ROLE').catch(() => []))[0] === 'slave', 25_000, 'the old master to be a replica');
        await publish(topic, '2');
        await client.waitForEvents(2, 15_000);
        assert.deepEqual(client.data, numbers(1, 2));
    });

    /** Something that answers as a sentinel does, and names made.names. */
    async function madeUpSentinel(names) {
        const made = { names };
        const server = createServer((socket) => {
            socket.on('error', () => {});
            socket.on('data', (data) => {
                const port = String(made.names.port);
                socket.write(/SENTINEL/i.test(data) ? `*2\r\n$9\r\n127.0.0.1\r\n$${port.length}\r\n${port}\r\n` : '+PONG\r\n');
            });
        }).listen(0, '127.0.0.1');
        server.unref();
        await once(server, 'listening');
        made.dsn = `redis-sentinel://127.0.0.1:${server.address().port}`;
        return made;
    }

    test('a master that becomes a replica and says nothing: writes that it refuses go to the new one, once', async () => {
        const [first, second] = [await new RedisServer().start(), await new RedisServer().start()];
        const sentinel = await madeUpSentinel(first);
        const code = `$p = new SsePublisher(); $p->publish('t', '1'); echo '.'; fgets(STDIN); $p->publish('t', '2');
            $p->publishMany([['t', '3'], ['t', '4']]); echo 'done';`;
        const php = start('php', ['-n', '-d', `extension=${extension}`, '-d', `sse.redis="${sentinel.dsn}"`, '-r', code]);
        await waitFor(() => php.output.includes('.'), 5000, () => php.output);
        await first.client.command('REPLICAOF', '127.0.0.1', second.port);
        sentinel.names = second;
        php.stdin.end('\n');
        await waitFor(() => php.exitCode !== null, 10_000, () => php.output);
        assert.equal(php.output, '.done');
        const log = await second.client.command('XRANGE', 'sse:t', '-', '+');
        assert.deepEqual(log.map(([, fields]) => fields[3]), numbers(2, 3));
        await first.stop();
        await second.stop();
    });

    test('a sentinel that is behind is not believed: what it names has to be a master', async () => {
        const master = await set.master();
        const replica = set.servers.find((server) => server !== master);
        const { dsn } = await madeUpSentinel(replica);
        const said = await failure(hub.php('(new SsePublisher($argv[1]))->publish("t", "x");', dsn));
        assert.match(said, new RegExp(`127.0.0.1:${replica.port}: the sentinel named it as the master, and it says that it is a replica`));
    });

    test('what is wrong is said: no such master, no sentinel, a wrong password, a Redis that is no sentinel', async () => {
        const [one] = set.sentinels;
        const master = await set.master();
        const code = '(new SsePublisher($argv[1]))->publish("t", "x");';
        const said = (dsn) => failure(hub.php(code, dsn));
        assert.match(await said(`redis-sentinel://127.0.0.1:${one.port}?master=other`), /sentinel:other@127.0.0.1:\d+: 127.0.0.1:\d+: the sentinel knows no master "other"/);
        assert.match(await said('redis-sentinel://127.0.0.1:1'), /127.0.0.1:1: Connection refused/);
        assert.match(await said(`redis-sentinel://127.0.0.1:${one.port}?sentinel_password=x`), /AUTH|WRONGPASS/);
        assert.match(await said(`redis-sentinel://:x@127.0.0.1:${one.port}`), new RegExp(`127.0.0.1:${master.port}: .*AUTH`));
        assert.match(await said(`redis-sentinel://127.0.0.1:${master.port}`), /unknown command/i);
        // A seed that is away is passed over.
        await hub.php(code, `redis-sentinel://127.0.0.1:1,127.0.0.1:${one.port}`);
    });
});
