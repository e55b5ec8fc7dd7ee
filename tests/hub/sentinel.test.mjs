// A hub, publishers and inline streams behind sentinels: they find the master, and the one after it.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { SentinelSet } from '../lib/redis_sets.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
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
        await waitFor(async () => (await old.client.command('ROLE'))[0] === 'slave', 20_000, 'the old master to be a replica');
        await publish(topic, '5');
        await client.waitForEvents(5, 10_000);
        assert.deepEqual(client.data, numbers(1, 5));
    });

    test('a master that is made a replica without a word: writes are refused, and go to the new one', async () => {
        const old = await set.master();
        const topic = unique('topic');
        const client = await follow(topic);
        const code = `$p = new SsePublisher(); $p->publish($argv[1], '1'); fwrite(STDOUT, "."); fgets(STDIN);
            $p->publish($argv[1], '2'); $p->publishMany([[$argv[1], '3'], [$argv[1], '4']]); echo "done";`;
        const { start } = await import('../lib/process.mjs');
        const { extension } = await import('../lib/paths.mjs');
        const php = start('php', ['-n', '-d', `extension=${extension}`, '-d', `sse.redis="${set.dsn()}"`, '-r', code, '--', topic]);
        await waitFor(() => php.output.includes('.'), 5000, () => php.output);
        await waitFor(() => set.sentinels[0].client.command('SENTINEL', 'FAILOVER', 'mymaster').then(() => true, () => false), 15_000, 'a failover');
        await set.failedOver(old);
        php.stdin.write('\n');
        await waitFor(() => php.output.includes('done') || php.exitCode !== null, 10_000, () => php.output);
        assert.match(php.output, /done/);
        await client.waitForEvents(4, 15_000);
        assert.deepEqual(client.data, numbers(1, 4));
    });

    test('a sentinel that is behind is not believed: what it names has to be a master', async () => {
        const master = await set.master();
        const replica = set.servers.find((server) => server !== master);
        // Something that answers as a sentinel does, and names the replica.
        const { createServer } = await import('node:net');
        const liar = createServer((socket) => {
            socket.on('error', () => {});
            socket.on('data', (data) => socket.write(/SENTINEL/i.test(data)
                ? `*2\r\n$9\r\n127.0.0.1\r\n$${String(replica.port).length}\r\n${replica.port}\r\n` : '+PONG\r\n'));
        }).listen(0, '127.0.0.1');
        await new Promise((resolve) => liar.on('listening', resolve));
        const code = '(new SsePublisher($argv[1]))->publish("t", "x");';
        const dsn = `redis-sentinel://127.0.0.1:${liar.address().port}`;
        assert.match(await failure(hub.php(code, dsn)), new RegExp(`127.0.0.1:${replica.port}: the sentinel named it as the master, and it says that it is a replica`));
        liar.close();
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
