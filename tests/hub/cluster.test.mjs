// A hub and publishers in a Redis Cluster: everything they do, while its slot moves from node to node, and when its node is killed.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { clusterRights, rules } from '../lib/acl.mjs';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { extension } from '../lib/paths.mjs';
import { run, start } from '../lib/process.mjs';
import { RedisCluster } from '../lib/redis_sets.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { numbers, openTicket, unique } from './client.mjs';

const failure = (promise) => promise.then(() => '', (error) => error.message);
const isPresence = (what) => (frame) => frame.event === 'broadcast' && frame.data.includes(`presence:${what}`);

describe('in a cluster', { timeout: 180_000 }, () => {
    let cluster;
    let hub;
    before(async () => {
        cluster = await new RedisCluster().start();
        hub = await new Hub(null, { redis: cluster.dsn('&maxlen=1000000') }).start();
    });
    afterEach(async () => {
        await closeClients();
        await hub.waitForMetric('clients', 0);
    });
    after(async () => {
        await hub?.stop();
        await cluster?.stop();
    });

    const open = (subscription, headers) => openTicket(hub, subscription, headers);

    /** Waits until somebody hears the signals of a topic. */
    async function heard(topic) {
        const { client } = await cluster.owner();
        await waitFor(async () => (await client.command('PUBSUB', 'SHARDNUMSUB', `${cluster.prefix}sse:${topic}`))[1] > 0, 5000, topic);
    }

    test('publish, follow, resume, a channel, a pattern, a list, presence, tickets, disconnect', async () => {
        const [topic, channel, list, room] = ['topic', 'channel', 'list', 'room'].map(unique);
        const { client: redis } = await cluster.owner();
        const other = cluster.masters.find(({ client }) => client !== redis).client;
        const ids = await hub.publish(topic, ...numbers(1, 3));
        const client = await open({ follow: topic, subscribe: channel, psubscribe: `${channel}.*`, user: 'ann' }, { 'Last-Event-ID': ids[0] });
        await client.waitForEvents(2);
        await redis.subscribed(`${cluster.prefix}${channel}`);
        await other.command('PUBLISH', `${cluster.prefix}${channel}`, 'plain'); // any node will do
        await other.command('PUBLISH', `${cluster.prefix}${channel}.x`, 'matched');
        await hub.publish(topic, '4');
        await hub.php('(new SsePublisher())->publishMany([[$argv[1], "5"], [$argv[1], "6"]]);', topic);
        await client.waitForEvents(7);
        assert.deepEqual(client.data.filter((data) => /^\d/.test(data)), numbers(2, 5));
        assert.ok(client.data.includes('plain') && client.data.includes('matched'));

        const items = await open({ queue: list });
        await redis.blocked();
        await redis.command('RPUSH', `${cluster.prefix}${list}`, 'a', 'b');
        await items.waitForEvents(2);
        const more = await open({ queue: `${list}-2` });
        await redis.command('RPUSH', `${cluster.prefix}${list}-2`, 'c');
        await more.waitForEvents(1, 1500);

        const ann = await open({ presence: { [room]: { user: 'ann', member: { id: 1 } } } });
        await ann.waitForFrame(isPresence('subscribed'));
        const bob = await open({ presence: { [room]: { user: 'bob', member: { id: 2 } } } });
        await ann.waitForFrame(isPresence('joining'));
        const members = JSON.parse(await hub.php('echo json_encode((new SsePublisher())->members($argv[1]));', room));
        assert.equal(Object.keys(members).length, 2);
        await bob.close();
        await ann.waitForFrame(isPresence('leaving'), 10_000);
        assert.equal(await hub.disconnect('ann'), 1);
        await client.waitForEnd();
        assert.equal((await hub.stats()).redis, `127.0.0.1:${(await cluster.owner()).port}`);
    });

    test('an inline stream: follow, a channel, history, a list', async () => {
        const [topic, list] = ['topic', 'list'].map(unique);
        const [first] = await hub.publish(topic, 'seen', 'logged');
        const { client: redis } = await cluster.owner();
        await redis.command('RPUSH', `${cluster.prefix}${list}`, 'listed');
        await redis.command('RPUSH', `${cluster.prefix}${list}-q`, 'queued');
        const code = `(new SseStream(['mode' => 'inline', 'maxLifetime' => 2, 'lastEventId' => $argv[3]]))->follow($argv[1])->subscribe($argv[1])
            ->history($argv[2])->queue("$argv[2]-q")->run();`;
        const php = ['-n', '-d', `extension=${extension}`, '-d', `sse.redis="${cluster.dsn()}"`];
        const output = await run('php', [...php, '-r', code, '--', topic, list, first]);
        for (const what of ['logged', 'listed', 'queued']) {
            assert.match(output, new RegExp(`data: ${what}`), what);
        }
    });

    test('what cannot work is refused with a sentence that says what to set', async () => {
        const said = (dsn) => failure(hub.php('new SsePublisher($argv[1]);', dsn));
        const [{ port }] = cluster.masters;
        assert.match(await said(`redis-cluster://127.0.0.1:${port}/`), /the prefix needs a hash tag: set prefix to "\{shop\}:"/);
        assert.match(await said(`redis-cluster://127.0.0.1:${port}/3?prefix={a}`), /database 0 only/);
        const plain = failure(hub.php('(new SsePublisher($argv[1]))->publish("t", "x");', 'redis-cluster://127.0.0.1:1/?prefix={a}'));
        assert.match(await plain, /cluster@127.0.0.1:1: 127.0.0.1:1: Connection refused/);
        // One seed, which does not serve the slot, is enough.
        const owner = await cluster.owner();
        const other = cluster.masters.find((one) => one !== owner);
        await hub.php('(new SsePublisher($argv[1]))->publish("t", "x");', `redis-cluster://127.0.0.1:1,127.0.0.1:${other.port}/?prefix={shop}:`);
    });

    test('with the rights that docs/security.md names, also while the slot moves', async () => {
        for (const { client } of cluster.nodes) {
            for (const user of ['hub', 'publisher']) {
                const words = rules[user].map((word) => word.replace(/shop:/, cluster.prefix));
                await client.command('ACL', 'SETUSER', user, ...words, ...clusterRights);
            }
        }
        const as = (user) => cluster.dsn().replace('//', `//${user}:password@`);
        const other = await new Hub(null, { redis: as('hub') }).start();
        other.options.redis = as('publisher');
        const [topic, list] = ['topic', 'list'].map(unique);
        const client = await openRaw(`${other.base}/sse?ticket=${await other.ticket({ follow: topic, presence: { [topic]: { user: 'a', member: 1 } } })}`);
        await client.waitForFrame(isPresence('subscribed'));
        const taker = await openRaw(`${other.base}/sse?ticket=${await other.ticket({ queue: list })}`);
        const home = await cluster.owner();
        await other.publish(topic, 'first');
        let during = null;
        await cluster.moveSlot(cluster.masters.find((one) => one !== home), async () => {
            during ??= other.publish(topic, 'second');
            await sleep(50);
        });
        await during;
        await cluster.moveSlot(home);
        await home.client.blocked();
        await home.client.command('RPUSH', `${cluster.prefix}${list}`, 'item');
        await taker.waitForEvents(1, 10_000);
        await client.waitForFrame((frame) => frame.data === 'second', 10_000);
        assert.equal(await other.disconnect('a'), 2); // both hubs hear it
        assert.doesNotMatch(other.log, /NOPERM|refused|unreadable/);
        await closeClients();
        await other.stop();
    });

    /** Publishes numbers to topics as fast as it can until it is told to end; { acknowledged: {topic: […]}, failed: [messages] }. */
    function publisher(topics, how) {
        const code = `
            $p = new SsePublisher(); $topics = json_decode($argv[1]); $n = 0; $ok = []; $failed = [];
            stream_set_blocking(STDIN, false);
            while (fgets(STDIN) === false) {
                try {
                    if ($argv[2] === 'many') {
                        $events = [];
                        for ($i = 0; $i < 40; $i++) { $events[] = [$topics[$i % count($topics)], (string) ($n + $i)]; }
                        $p->publishMany($events);
                        for ($i = 0; $i < 40; $i++) { $ok[$topics[$i % count($topics)]][] = $n + $i; }
                    } else {
                        $topic = $topics[$n % count($topics)];
                        $p->publish($topic, (string) $n);
                        $ok[$topic][] = $n;
                    }
                } catch (SseException $e) { $failed[] = $e->getMessage(); usleep(20000); }
                $n += $argv[2] === 'many' ? 40 : 1;
                if ($argv[3] > 0) { usleep($argv[3]); }
            }
            echo json_encode(['acknowledged' => $ok, 'failed' => $failed]);`;
        const child = start('php', ['-n', '-d', `extension=${extension}`, '-d', `sse.redis="${hub.options.redis}"`, '-r', code, '--',
            JSON.stringify(topics), how, how === 'many' ? '5000' : '0']);
        return async () => {
            child.stdin.write('\n');
            await waitFor(() => child.exitCode !== null, 10_000, () => child.output);
            return JSON.parse(child.output);
        };
    }

    /** What a stream got of a topic, as { lost, doubled, disordered } of what the log holds. */
    function compare(received, logged) {
        const seen = new Set(received);
        return {
            lost: logged.filter((value) => !seen.has(value)).length,
            doubled: received.length - seen.size,
            disordered: received.filter((value, at) => at > 0 && Number(value) <= Number(received[at - 1])).length,
        };
    }

    async function logOf(topic) {
        const { client } = await cluster.owner();
        return (await client.command('XRANGE', `${cluster.prefix}sse:${topic}`, '-', '+')).map(([, fields]) => fields[3]);
    }

    const none = { lost: 0, doubled: 0, disordered: 0 };

    /** Publishers at full rate and streams, while `fault` goes on; nothing may be lost, doubled or out of order. */
    async function underLoad(t, fault) {
        const topics = numbers(1, 4).map(() => unique('topic'));
        const [one, two] = [topics.slice(0, 2), topics.slice(2)];
        const room = unique('room');
        const ann = await open({ presence: { [room]: { user: 'ann', member: { id: 1 } } } });
        await ann.waitForFrame(isPresence('subscribed'));
        const clients = [];
        for (const topic of topics) {
            clients.push({ topic, parts: [await openRaw(hub.url({ topics: topic }))] }, { topic, parts: [await openRaw(hub.url({ topics: topic }))] });
            await heard(topic);
        }
        const stops = [publisher(one, 'single'), publisher(two, 'many')];
        await clients[0].parts[0].waitForEvents(100, 10_000);
        await fault(async () => {
            // Half of the streams come back by their last id.
            for (const client of clients.filter((_, at) => at % 2)) {
                const last = client.parts.at(-1);
                await last.close();
                const id = client.parts.findLast(({ lastEventId }) => lastEventId !== null)?.lastEventId;
                client.parts.push(await openRaw(hub.url({ topics: client.topic }), { headers: { 'Last-Event-ID': id } }));
            }
        });
        await sleep(300);
        const [single, many] = await Promise.all(stops.map((stop) => stop()));
        const logs = {};
        for (const topic of topics) {
            logs[topic] = await logOf(topic);
        }
        for (const { topic, parts } of clients) {
            const last = logs[topic].at(-1);
            await waitFor(() => parts.some(({ data }) => data.includes(last)), 20_000, () => `${last} of ${topic}, ${parts.map(({ data }) => data.length)}, ${hub.log.slice(-2000)}`);
        }
        const acknowledged = { ...single.acknowledged, ...many.acknowledged };
        for (const topic of topics) {
            assert.ok(logs[topic].every((value, at) => at === 0 || Number(value) > Number(logs[topic][at - 1])), `${topic}'s log has all once and in order`);
        }
        for (const { topic, parts } of clients) {
            assert.deepEqual(compare(parts.flatMap(({ data }) => data).filter((data) => /^\d+$/.test(data)), logs[topic]), none, topic);
        }
        assert.ok(!ann.frames.some(isPresence('leaving')), 'nobody has left');
        const total = Object.values(logs).reduce((sum, log) => sum + log.length, 0);
        t.diagnostic(`${total} events, ${single.failed.length + many.failed.length} refused (${[...new Set([...single.failed, ...many.failed])].join('; ')})`);
        return { logs, acknowledged, failed: [...single.failed, ...many.failed], total };
    }

    /** How often the nodes said MOVED, ASK or TRYAGAIN so far. */
    async function redirections() {
        const stats = await Promise.all(cluster.nodes.map(({ client }) => client.command('INFO', 'errorstats').catch(() => '')));
        const count = (word) => stats.reduce((sum, text) => sum + Number(new RegExp(`errorstat_${word}:count=(\\d+)`).exec(text)?.[1] ?? 0), 0);
        return { MOVED: count('MOVED'), ASK: count('ASK'), TRYAGAIN: count('TRYAGAIN') };
    }

    test('the slot moves back and forth at full rate: nothing is refused, lost, doubled or out of order', async (t) => {
        const home = await cluster.owner();
        const away = cluster.masters.find((one) => one !== home);
        const before = await redirections();
        const fresh = unique('topic');
        let keys = 0;
        let late = null;
        const { logs, acknowledged, failed } = await underLoad(t, async (comeBack) => {
            for (const to of [away, home, away, home]) {
                keys += await cluster.moveSlot(to, async () => {
                    late ??= hub.publish(fresh, '1'); // a log that cannot be made before the slot has moved
                    await sleep(10);
                });
                await sleep(300);
                await comeBack();
            }
        });
        assert.deepEqual(failed, []);
        for (const [topic, values] of Object.entries(acknowledged)) {
            assert.deepEqual(logs[topic].map(Number), values, 'acknowledged is in the log, and nothing else');
        }
        await late;
        assert.deepEqual(await logOf(fresh), ['1']);
        const since = await redirections();
        for (const word of Object.keys(since)) {
            assert.ok(since[word] > before[word], `${word} was met`);
        }
        t.diagnostic(`${keys} keys moved; ${JSON.stringify(since)}, before ${JSON.stringify(before)}`);
        assert.equal((await hub.stats()).redis, `127.0.0.1:${(await cluster.owner()).port}`);
    });

    test('lists and tickets after the slot has moved', async () => {
        const home = await cluster.owner();
        const away = cluster.masters.find((one) => one !== home);
        const list = unique('list');
        const client = await open({ queue: list });
        await home.client.blocked();
        const ticket = await hub.ticket({ queue: `${list}-2` });
        await cluster.moveSlot(away);
        await away.client.blocked();
        await away.client.command('RPUSH', `${cluster.prefix}${list}`, 'a', 'b');
        await client.waitForEvents(2, 10_000);
        const second = await openRaw(`${hub.base}/sse?ticket=${ticket}`);
        assert.equal(second.status, 200);
        await away.client.command('RPUSH', `${cluster.prefix}${list}-2`, 'c');
        await second.waitForEvents(1, 3000);
        await cluster.moveSlot(home);
    });

    test('a takeover: the next hub goes on with the streams, and nobody leaves', async () => {
        const [topic, room] = ['topic', 'room'].map(unique);
        const ann = await open({ follow: topic, presence: { [room]: { user: 'ann', member: { id: 1 } } } });
        await ann.waitForFrame(isPresence('subscribed'));
        await hub.publish(topic, '1');
        const next = await hub.successor().start();
        await waitFor(() => hub.child.exitCode !== null, 10_000, () => hub.log);
        assert.match(next.log, / takeover role=new .*marked=1/);
        hub = next;
        await hub.publish(topic, '2');
        await ann.waitForFrame((frame) => frame.data === '2');
        assert.deepEqual(ann.data.filter((data) => /^\d+$/.test(data)), ['1', '2']);
        assert.ok(!ann.frames.some(isPresence('leaving')));
    });

    test('its replica takes over from a node that goes on as a replica: nothing is refused, lost, doubled or out of order', async (t) => {
        const old = await cluster.owner();
        const [replica] = cluster.replicas;
        await waitFor(async () => (await replica.client.command('ROLE'))[3] === 'connected', 10_000, 'the replica');
        const { failed } = await underLoad(t, async (comeBack) => {
            await replica.client.command('CLUSTER', 'FAILOVER');
            await waitFor(async () => (await old.client.command('ROLE').catch(() => []))[0] === 'slave', 10_000, 'the change of roles');
            await sleep(1000);
            await comeBack();
        });
        assert.deepEqual(failed, []);
        assert.equal((await hub.stats()).redis, `127.0.0.1:${replica.port}`);
    });

    test('the node is killed, and its replica takes its place: nothing logged is lost, doubled or out of order', async (t) => {
        const old = await cluster.owner();
        const { failed, total } = await underLoad(t, async (comeBack) => {
            await old.kill();
            await waitFor(async () => (await cluster.owner().catch(() => old)) !== old, 20_000, 'another owner');
            await hub.waitForMetric('broker_ready', 1, 15_000);
            await sleep(1000);
            await comeBack();
        });
        assert.ok(failed.length > 0 && failed.length < total, `${failed.length} of ${total}`);
        await old.start();
    });
});
