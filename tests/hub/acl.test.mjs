// The smallest rights in Redis, as docs/security.md states them: all that a hub and a publisher do, with exactly these; and what
// is said when one of them is missing.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { rules } from '../lib/acl.mjs';
import { closeClients } from '../lib/clients.mjs';
import { extension } from '../lib/paths.mjs';
import { run } from '../lib/process.mjs';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { waitFor } from '../lib/wait.mjs';
import { numbers, openTicket, unique } from './client.mjs';

const prefix = 'shop:';

describe('the rights that docs/security.md names', { timeout: 120_000 }, () => {
    let redis;
    let hub;
    const command = (...words) => redis.client.command(...words);
    const dsn = (user) => `redis://${user}:password@127.0.0.1:${redis.port}?prefix=${prefix}`;

    before(async () => {
        redis = await new RedisServer().start();
        await command('ACL', 'SETUSER', 'hub', ...rules.hub);
        await command('ACL', 'SETUSER', 'publisher', ...rules.publisher);
        await command('ACL', 'SETUSER', 'inline', ...rules.hub, '+lrange');
        hub = await new Hub(redis, { redis: dsn('hub') }).start();
        hub.options.redis = dsn('publisher'); // what its php() publishes with
    });
    afterEach(async () => {
        await closeClients();
        await hub.waitForMetric('clients', 0);
    });
    after(async () => {
        await hub?.stop();
        await redis?.stop();
    });

    const open = (subscription, headers) => openTicket(hub, subscription, headers);

    test('publish, follow, resume, a channel, a pattern, a list, presence, tickets, disconnect', async () => {
        const [topic, channel, list, room] = ['topic', 'channel', 'list', 'room'].map(unique);
        await command('ACL', 'SETUSER', 'hub', `&${prefix}${channel}.*`); // a pattern has to be named
        const ids = await hub.publish(topic, ...numbers(1, 3));
        const client = await open({ follow: topic, subscribe: channel, psubscribe: `${channel}.*`, user: 'ann' }, { 'Last-Event-ID': ids[0] });
        await client.waitForEvents(2);
        await redis.client.subscribed(`${prefix}${channel}`);
        await command('PUBLISH', `${prefix}${channel}`, 'plain');
        await redis.client.publishToSomebody(`${prefix}${channel}.x`, 'matched');
        await hub.publish(topic, '4');
        await hub.php('(new SsePublisher())->publishMany([[$argv[1], "5"], [$argv[1], "6"]]);', topic);
        await client.waitForEvents(7);
        assert.deepEqual(client.data.filter((data) => /^\d/.test(data)), numbers(2, 5));
        assert.ok(client.data.includes('plain') && client.data.includes('matched'));

        const items = await open({ queue: list });
        await redis.client.blocked();
        await command('RPUSH', `${prefix}${list}`, 'a', 'b');
        await items.waitForEvents(2);
        assert.deepEqual(items.data, ['a', 'b']);
        const more = await open({ queue: `${list}-2` }); // CLIENT UNBLOCK
        await command('RPUSH', `${prefix}${list}-2`, 'c');
        await more.waitForEvents(1, 1500);

        const ann = await open({ presence: { [room]: { user: 'ann', member: { id: 1 } } } });
        await ann.waitForFrame((frame) => frame.event === 'broadcast' && frame.data.includes('presence:subscribed'));
        const bob = await open({ presence: { [room]: { user: 'bob', member: { id: 2 } } } });
        await ann.waitForFrame((frame) => frame.event === 'broadcast' && frame.data.includes('presence:joining'));
        const members = JSON.parse(await hub.php('echo json_encode((new SsePublisher())->members($argv[1]));', room));
        assert.equal(Object.keys(members).length, 2);
        await bob.close();
        await ann.waitForFrame((frame) => frame.event === 'broadcast' && frame.data.includes('presence:leaving'), 10_000);

        assert.equal(await hub.disconnect('ann'), 1);
        await client.waitForEnd();
        assert.doesNotMatch(hub.log, /NOPERM|refused|late|unreadable/);
    });

    test('an inline stream: follow, a channel, history, queue, with the hub\'s rights and lrange', async () => {
        const [topic, list] = ['topic', 'list'].map(unique);
        const [first] = await hub.publish(topic, 'seen', 'logged');
        await command('RPUSH', `${prefix}${list}`, 'listed');
        await command('RPUSH', `${prefix}${list}-q`, 'queued');
        const code = `(new SseStream(['mode' => 'inline', 'maxLifetime' => 2, 'lastEventId' => $argv[3]]))->follow($argv[1])->subscribe($argv[1])
            ->history($argv[2])->queue("$argv[2]-q")->run();`;
        const php = ['-n', '-d', `extension=${extension}`, '-d', `sse.redis="${dsn('inline')}"`];
        const output = await run('php', [...php, '-r', code, '--', topic, list, first]);
        for (const what of ['logged', 'listed', 'queued']) {
            assert.match(output, new RegExp(`data: ${what}`), what);
        }
    });

    /** Takes one right away from a user while `attempt` runs; returns what it returned, and the commands that Redis denied. */
    async function without(user, right, attempt) {
        await command('ACL', 'LOG', 'RESET');
        await command('ACL', 'SETUSER', user, 'reset', ...rules[user].filter((word) => word !== `+${right}`));
        try {
            const returned = await attempt();
            const log = await command('ACL', 'LOG');
            return { returned, denied: log.map((entry) => entry[entry.indexOf('object') + 1]) };
        } finally {
            await command('ACL', 'SETUSER', user, 'reset', ...rules[user]);
        }
    }

    const failure = (promise) => promise.then(() => '', (error) => error.message);

    test('a publisher without a right is told which, or that its script lacks one, which Redis then names', async () => {
        const topic = unique('topic');
        for (const right of ['evalsha', 'xadd', 'hset', 'expire', 'publish']) {
            const { returned, denied } = await without('publisher', right, () => failure(hub.publish(topic, 'x')));
            assert.match(returned, right === 'evalsha' ? /NOPERM.*'evalsha'/ : /The user executing the script can't run this command/, right);
            assert.deepEqual(denied, [right]);
        }
        const set = await without('publisher', 'set', () => failure(hub.ticket({ follow: topic })));
        assert.match(set.returned, /'set'/);
        const keys = await without('publisher', 'none', async () => {
            await command('ACL', 'SETUSER', 'publisher', 'resetkeys', '~other:*');
            return failure(hub.publish(topic, 'x'));
        });
        assert.match(keys.returned, /NOPERM.*keys/);
        assert.deepEqual(keys.denied, [`${prefix}sse:${topic}`]);
        await hub.publish(topic, 'x');
    });

    test('a hub without a right says which in its log', async () => {
        const seen = async (pattern) => waitFor(() => pattern.test(hub.log), 8000, () => `${pattern} in\n${hub.log}`);
        await without('hub', 'blpop', async () => {
            await open({ queue: unique('list') });
            await seen(/'blpop'/);
        });
        await without('hub', 'evalsha', async () => {
            await open({ follow: unique('topic') });
            await seen(/'evalsha'/);
        });
        const { denied } = await without('hub', 'zadd', async () => {
            await open({ presence: { [unique('room')]: { user: 'ann', member: { id: 1 } } } });
            await seen(/presence_refused.*can't run this command/);
        });
        assert.ok(denied.includes('zadd'), `${denied}`);
        await without('hub', 'psubscribe', async () => {
            await open({ psubscribe: unique('channel') });
            await seen(/subscription_refused.*'psubscribe'/);
        });
    });
});
