// Who is present: over live hubs, a real Redis, and streams inside a PHP process.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { extension } from '../lib/paths.mjs';
import { start, stop } from '../lib/process.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { unique } from './client.mjs';

/** How long a stream that has ended counts, how long the lease of an agent lasts, and what a sweep may be late, ms. */
const grace = 3000;
const lease = 15_000;
const late = 2500;

const ann = { id: 1, name: 'Ann' };
const bob = { id: 2, name: 'Bob' };

/** What a client was told of presence in a topic: ["joining", member], ["subscribed", members sorted by id]. */
function told(client, topic) {
    return client.events
        .filter((frame) => frame.event === 'broadcast')
        .map((frame) => ({ id: frame.id, ...JSON.parse(frame.data) }))
        .filter(({ channel, event }) => channel === topic && event.startsWith('presence:'))
        .map(({ event, data, id }) => {
            const name = event.slice('presence:'.length);
            // Lists are the stream's own, all else is in the log.
            assert.equal(id === null, name === 'subscribed');
            return [name, name === 'subscribed' ? data.sort((a, b) => (a?.id ?? 0) - (b?.id ?? 0)) : data];
        });
}

const withoutLists = (all) => all.filter(([name]) => name !== 'subscribed');

describe('presence', { timeout: 300_000 }, () => {
    let redis;
    let hubs;
    before(async () => {
        redis = await new RedisServer().start();
    });
    beforeEach(async () => {
        await redis.client.command('FLUSHALL');
        hubs = [];
    });
    afterEach(async () => {
        await closeClients();
        for (const hub of hubs) {
            await hub.stop();
        }
    });
    after(() => redis.stop());

    async function startHub(options = {}) {
        const hub = await new Hub(redis, options).start();
        hubs.push(hub);
        return hub;
    }

    async function open(hub, topic, user, member, rest = {}, headers = {}) {
        const presence = user === null ? {} : { presence: { [topic]: { user, member } } };
        const ticket = await hub.ticket({ ...(user === null ? { follow: topic } : {}), ...presence, ...rest });
        const client = await openRaw(`${hub.base}/sse?ticket=${ticket}`, { headers });
        assert.equal(client.status, 200);
        return client;
    }

    /** Opens a stream and waits for its list. */
    async function join(hub, topic, user, member, rest = {}, headers = {}) {
        const client = await open(hub, topic, user, member, rest, headers);
        await waitFor(() => told(client, topic).some(([name]) => name === 'subscribed'), 5000, 'the list of members');
        return client;
    }

    async function members(hub, topic) {
        return JSON.parse(await hub.php('echo json_encode((new SsePublisher())->members($argv[1]), JSON_FORCE_OBJECT);', topic));
    }

    const waitForTold = (client, topic, what, ms = 5000) =>
        waitFor(
            () => told(client, topic).some((one) => JSON.stringify(one) === JSON.stringify(what)),
            ms,
            () => `${JSON.stringify(what)}; it was told ${JSON.stringify(told(client, topic)).slice(0, 500)}`,
        );

    const keys = async () => (await redis.client.command('KEYS', '*')).sort();

    test('who joins is told of all who are there, and all are told of who joins; then of who has left', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const watcher = await open(hub, topic, null);
        const first = await join(hub, topic, '1', ann);
        assert.deepEqual(told(first, topic), [['joining', ann], ['subscribed', [ann]]]);
        const second = await join(hub, topic, '2', bob);
        assert.deepEqual(told(second, topic), [['joining', bob], ['subscribed', [ann, bob]]]);
        await waitForTold(first, topic, ['joining', bob]);
        assert.deepEqual(await members(hub, topic), { 1: ann, 2: bob });

        const left = Date.now();
        await second.close();
        await sleep(500);
        // Should all agents die and none come back, nothing of it stays for ever.
        const kept = (await keys()).filter((key) => key.startsWith('sse-'));
        assert.equal(kept.length, 5, JSON.stringify(kept));
        for (const key of kept) {
            assert.ok((await redis.client.command('TTL', key)) > 86_000, key);
        }
        const meanwhile = await members(hub, topic);
        if (Date.now() - left < grace) { // a busy machine may have taken longer to ask
            assert.deepEqual(meanwhile, { 1: ann, 2: bob });
        }
        await waitForTold(first, topic, ['leaving', bob]);
        assert.ok(Date.now() - left >= grace, `after ${Date.now() - left} ms`);
        assert.deepEqual(await members(hub, topic), { 1: ann });
        await first.close();
        await waitForTold(watcher, topic, ['leaving', ann], grace + late);
        assert.deepEqual(told(watcher, topic), [['joining', ann], ['joining', bob], ['leaving', bob], ['leaving', ann]]);
        // Nothing stays but the log and the clock.
        await waitFor(async () => (await keys()).length === 2, 3000, async () => JSON.stringify(await keys()));
        assert.deepEqual(await keys(), ['sse', `sse:${topic}`]);
    });

    test('two tabs are one user, who has left when both are gone', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const bobs = await join(hub, topic, '2', bob);
        const tabs = [await join(hub, topic, '1', ann), await join(hub, topic, '1', { ...ann, name: 'Ann B.' })];
        assert.deepEqual(told(tabs[1], topic), [['subscribed', [{ ...ann, name: 'Ann B.' }, bob]]]);
        await tabs[0].close();
        await sleep(grace + late);
        assert.deepEqual(withoutLists(told(bobs, topic)), [['joining', bob], ['joining', ann]]);
        await tabs[1].close();
        await waitForTold(bobs, topic, ['leaving', { ...ann, name: 'Ann B.' }], grace + late);
        assert.equal(told(bobs, topic).filter(([name]) => name === 'leaving').length, 1);
    });

    test('a reload within the grace is nobody\'s business, and brings the list again', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const bobs = await join(hub, topic, '2', bob);
        const before = await join(hub, topic, '1', ann);
        const id = before.lastEventId;
        await before.close();
        await sleep(1000);
        const again = await join(hub, topic, '1', ann, {}, { 'Last-Event-ID': id });
        assert.deepEqual(told(again, topic), [['subscribed', [ann, bob]]]);
        await sleep(grace + late);
        assert.deepEqual(withoutLists(told(bobs, topic)), [['joining', bob], ['joining', ann]]);
        assert.deepEqual(await members(hub, topic), { 1: ann, 2: bob });
    });

    test('a client that comes back with an old id gets what it missed before the list', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const before = await join(hub, topic, '1', ann);
        await waitFor(() => before.lastEventId !== null, 5000, 'an id');
        const id = before.lastEventId;
        await join(hub, topic, '2', bob);
        await before.close();
        const again = await join(hub, topic, '1', ann, {}, { 'Last-Event-ID': id });
        assert.deepEqual(told(again, topic).at(-1), ['subscribed', [ann, bob]]);
        assert.deepEqual(withoutLists(told(again, topic)), [['joining', bob]]);
    });

    test('two hubs on one Redis are one room; one that stops lets its members go, one that is killed loses them once', async () => {
        const [one, two, three] = [await startHub(), await startHub(), await startHub()];
        const topic = unique('presence-room');
        const watcher = await join(one, topic, '1', ann);
        const second = await join(two, topic, '2', bob);
        const third = await join(three, topic, '3', { id: 3 });
        assert.deepEqual(told(third, topic).at(-1), ['subscribed', [ann, bob, { id: 3 }]]);
        await waitForTold(second, topic, ['joining', { id: 3 }]);

        // Its clients come back within 5 s; until then and the grace they are not away.
        await two.stop();
        await waitForTold(watcher, topic, ['leaving', bob], 5000 + grace + late);

        const killed = Date.now();
        const another = await startHub();
        const fourth = await join(another, topic, '4', { id: 4 });
        await three.kill();
        await waitForTold(watcher, topic, ['leaving', { id: 3 }], lease + late);
        assert.ok(Date.now() - killed >= lease - 2000, `after ${Date.now() - killed} ms`);
        await waitForTold(fourth, topic, ['leaving', { id: 3 }], 1000);
        await sleep(1500);
        const leavings = told(watcher, topic).filter(([name]) => name === 'leaving');
        assert.deepEqual(leavings, [['leaving', bob], ['leaving', { id: 3 }]]);
        assert.deepEqual(await members(one, topic), { 1: ann, 4: { id: 4 } });
    });

    test('a hub that hangs longer than its lease is taken for dead; when it goes on its members are back', async () => {
        const [one, two] = [await startHub(), await startHub()];
        const topic = unique('presence-room');
        const watcher = await join(one, topic, '1', ann);
        const second = await join(two, topic, '2', bob);
        two.child.kill('SIGSTOP');
        try {
            await waitForTold(watcher, topic, ['leaving', bob], lease + late);
        } finally {
            two.child.kill('SIGCONT');
        }
        await waitFor(() => told(watcher, topic).filter(([name]) => name === 'joining').length === 3, 5000, 'bob again');
        await waitFor(() => told(second, topic).filter(([name]) => name === 'subscribed').length === 2, 5000, 'the list again');
        assert.deepEqual(await members(one, topic), { 1: ann, 2: bob });
    });

    test('a takeover is nobody\'s leaving and nobody\'s joining', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const other = await startHub();
        const watcher = await join(other, topic, '1', ann);
        const stays = await join(hub, topic, '2', bob);
        const mixed = await join(hub, topic, '3', { id: 3 }, { subscribe: unique('channel') });
        const before = told(stays, topic).length;
        let current = hub;
        for (let round = 0; round < 2; round++) {
            const next = current.successor();
            await next.start();
            hubs.push(next);
            await current.stop();
            current = next;
        }
        await sleep(grace + 1000);
        const expected = [['joining', ann], ['joining', bob], ['joining', { id: 3 }]];
        assert.deepEqual(withoutLists(told(watcher, topic)), expected);
        assert.equal(told(stays, topic).length, before + (before === 2 ? 1 : 0), 'no list again');
        assert.deepEqual(await members(other, topic), { 1: ann, 2: bob, 3: { id: 3 } });
        // They are the new hub's: it refreshes the lease, and tells when they go.
        await sleep(lease);
        assert.deepEqual(withoutLists(told(watcher, topic)), expected);
        await stays.close();
        await mixed.close();
        await waitForTold(watcher, topic, ['leaving', bob], grace + late);
        await waitForTold(watcher, topic, ['leaving', { id: 3 }], late);
        await join(current, topic, '4', { id: 4 });
        await waitForTold(watcher, topic, ['joining', { id: 4 }]);
    });

    test('a Redis that restarts with its data is nobody\'s business; those who left meanwhile have left', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const watcher = await join(hub, topic, '1', ann);
        const second = await join(hub, topic, '2', bob);
        await redis.kill();
        await hub.waitForMetric('broker_ready', 0);
        await second.close();
        await redis.start();
        await hub.waitForMetric('broker_ready', 1, 10_000);
        await waitForTold(watcher, topic, ['leaving', bob], 5000 + grace + late);
        assert.deepEqual(withoutLists(told(watcher, topic)), [['joining', ann], ['joining', bob], ['leaving', bob]]);
        assert.deepEqual(await members(hub, topic), { 1: ann });
    });

    test('a Redis that comes back empty is told again who is there, and they are told the list again', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const clients = [await join(hub, topic, '1', ann), await join(hub, topic, '2', bob)];
        await redis.kill();
        await hub.waitForMetric('broker_ready', 0);
        await redis.startEmpty();
        await waitFor(async () => Object.keys(await members(hub, topic).catch(() => ({}))).length === 2, 15_000, 'the members');
        for (const client of clients) {
            await waitFor(() => told(client, topic).filter(([name]) => name === 'subscribed').length >= 2, 5000, 'the list again');
            assert.deepEqual(told(client, topic).findLast(([name]) => name === 'subscribed'), ['subscribed', [ann, bob]]);
        }
        // And one that is emptied while it runs.
        await redis.client.command('FLUSHALL');
        await waitFor(async () => Object.keys(await members(hub, topic)).length === 2, 5000, 'the members');
        await redis.client.command('SCRIPT', 'FLUSH');
        await join(hub, topic, '3', { id: 3 });
        await clients[0].close();
        await waitForTold(clients[1], topic, ['leaving', ann], grace + late);
    });

    test('a thousand join one topic at once, and leave it', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const watcher = await open(hub, topic, null);
        const code = `$p = new SsePublisher(); $all = []; for ($i = 1; $i <= 1000; $i++) {
            $all[] = $p->ticket(['presence' => [$argv[1] => ['user' => "u$i", 'member' => ['id' => $i]]]]); } echo json_encode($all);`;
        const tickets = JSON.parse(await hub.php(code, topic));
        const commands = async () => Number(/total_commands_processed:(\d+)/.exec(await redis.client.command('INFO', 'stats'))[1]);
        const started = Date.now();
        const clients = await Promise.all(tickets.map((ticket) => openRaw(`${hub.base}/sse?ticket=${ticket}`, { patience: 60_000 })));
        const listOf = (client) => client.events.find((frame) => frame.event === 'broadcast' && frame.data.includes('presence:subscribed'));
        let waiting = clients;
        await waitFor(() => (waiting = waiting.filter((client) => !listOf(client))).length === 0, 60_000, () => `${waiting.length} lists`);
        await watcher.waitForEvents(1000, 10_000);
        assert.equal(new Set(told(watcher, topic).map(([, member]) => member.id)).size, 1000);
        // Whoever keeps a list of what it was told has all of them.
        for (const client of [clients[0], clients[499], clients[999]]) {
            let present = new Set();
            await waitFor(() => {
                present = new Set();
                for (const [name, data] of told(client, topic)) {
                    if (name === 'subscribed') {
                        present = new Set(data.map(({ id }) => id));
                    } else {
                        present.add(data.id);
                    }
                }
                return present.size === 1000;
            }, 10_000, () => `${present.size} members`);
        }
        assert.equal(Object.keys(await members(hub, topic)).length, 1000);
        console.log(`# 1,000 joined in ${Date.now() - started} ms`);
        // Nobody costs Redis anything by being there.
        const idle = await commands();
        await sleep(5000);
        assert.ok((await commands()) - idle < 150, `${(await commands()) - idle} commands in 5 s`);
        await Promise.all(clients.map((client) => client.close()));
        await watcher.waitForEvents(2000, grace + 15_000);
        assert.equal(told(watcher, topic).length, 2000);
        assert.equal(new Set(told(watcher, topic).slice(1000).map(([, member]) => member.id)).size, 1000);
        await waitFor(async () => (await keys()).length === 2, 3000, async () => JSON.stringify(await keys()));
    });

    test('any JSON is a member, and any name a user or a topic, also with a prefix', async () => {
        const hub = await startHub({ redis: `redis://127.0.0.1:${redis.port}?prefix=app%5F:` });
        const topic = unique('presence "räum" 3 \\ 🚪');
        for (const [user, member] of [['ü 1 2', 'text "with" \\ quotes\nand 🐘'], ['2', 17.5], ['3', null], ['4', [1, [true, { a: 'b' }]]], ['5', false]]) {
            const client = await open(hub, topic, user, member);
            await waitFor(() => client.events.some((frame) => frame.data.includes('subscribed')), 5000, 'the list');
            const messages = client.events.filter((frame) => frame.event === 'broadcast').map((frame) => JSON.parse(frame.data));
            assert.deepEqual(messages[0], { channel: topic, event: 'presence:joining', data: member });
            assert.ok(messages[1].data.some((one) => JSON.stringify(one) === JSON.stringify(member)), JSON.stringify(messages[1]));
        }
        assert.deepEqual(await members(hub, topic), {
            'ü 1 2': 'text "with" \\ quotes\nand 🐘', 2: 17.5, 3: null, 4: { 0: 1, 1: { 0: true, 1: { a: 'b' } } }, 5: false,
        });
        assert.deepEqual((await keys()).filter((key) => !key.startsWith('app_:')), []);
    });

    test('one stream may be present in many topics, and follow others', async () => {
        const hub = await startHub();
        const topics = Array.from({ length: 100 }, () => unique('presence'));
        const presence = Object.fromEntries(topics.map((topic, index) => [topic, { user: '1', member: { id: index } }]));
        const news = unique('news');
        const client = await openRaw(`${hub.base}/sse?ticket=${await hub.ticket({ presence, follow: [news, topics[0]] })}`);
        await waitFor(() => topics.every((topic, index) => told(client, topic).some(([name, data]) => name === 'subscribed' && data[0].id === index)), 5000, 'all lists');
        await hub.publish(news, 'hello');
        await client.waitForFrame((frame) => frame.data === 'hello');
        await client.close();
        await waitFor(async () => (await redis.client.command('KEYS', 'sse-*')).length === 0, grace + late + 1000, async () => JSON.stringify(await keys()));
    });

    test('a topic whose keys are spoilt costs the others nothing, and the log says so', async () => {
        const hub = await startHub();
        const [good, bad] = [unique('good'), unique('bad')];
        await redis.client.command('SET', `sse-members:${bad}`, 'a string');
        const presence = { [bad]: { user: '1', member: ann }, [good]: { user: '1', member: ann } };
        const client = await openRaw(`${hub.base}/sse?ticket=${await hub.ticket({ presence })}`);
        await waitForTold(client, good, ['subscribed', [ann]]);
        assert.deepEqual(told(client, bad), []);
        assert.match(hub.log, / presence_refused .*WRONGTYPE/);
    });

    test('an inline stream is as present as any; when its process is killed the lease ends it', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const watcher = await join(hub, topic, '1', ann);
        const code = `(new SseStream(['redis' => $argv[1], 'maxLifetime' => (int) $argv[3]]))
            ->presence($argv[2], '2', ['id' => 2, 'name' => 'Bob'])->run();`;
        const args = (seconds) => ['-n', '-d', `extension=${extension}`, '-r', code, `redis://127.0.0.1:${redis.port}`, topic, String(seconds)];
        let child = start('php', args(2));
        await waitFor(() => child.output.includes('presence:subscribed'), 5000, () => child.output);
        const list = /^data: (.*presence:subscribed.*)$/m.exec(child.output)[1];
        assert.deepEqual(JSON.parse(list).data.sort((a, b) => a.id - b.id), [ann, bob]);
        await waitForTold(watcher, topic, ['joining', bob]);
        await waitForTold(watcher, topic, ['leaving', bob], 2000 + grace + late);
        assert.equal(child.exitCode, 0);

        child = start('php', args(60));
        await waitFor(() => told(watcher, topic).filter(([name]) => name === 'joining').length === 3, 5000, 'bob again');
        child.kill('SIGKILL');
        await waitFor(() => told(watcher, topic).filter(([name]) => name === 'leaving').length === 2, lease + late, 'his second leaving');
        await stop(child).catch(() => {});
        assert.deepEqual(await members(hub, topic), { 1: ann });
    });

    test('who becomes present in the only topic of an open stream is as present as any', async () => {
        const hub = await startHub();
        const client = await open(hub, 'room', null, null, { id: 's1' });
        await client.waitForFrame((frame) => frame.id !== null);
        await hub.php(`(new SsePublisher())->join('s1', ['presence' => ['room' => ['user' => '1', 'member' => ['id' => 1, 'name' => 'Ann']]]]);`);
        await waitFor(() => told(client, 'room').some(([name]) => name === 'subscribed'), 5000, 'the list of members');
        // The log loses what was not heard of: a gap, after which the list is told anew.
        await redis.client.command('XADD', 'sse:room', '99999999999990-1', 'data', 'unheard');
        await redis.client.command('XADD', 'sse:room', '99999999999990-2', 'data', 'heard of');
        await redis.client.command('XTRIM', 'sse:room', 'MAXLEN', '1');
        await redis.client.command('PUBLISH', 'sse:room', 'look');
        await client.waitForFrame((frame) => frame.event === 'gap');
        await waitFor(() => told(client, 'room').filter(([name]) => name === 'subscribed').length === 2, 5000, 'the list after the gap');
    });

    test('a hub that is its own broker refuses, and so does PHP before it asks', async () => {
        const hub = await new Hub(null).start();
        hubs.push(hub);
        const caught = (call) => hub.php(`try { ${call}; echo 'no exception'; } catch (SseException $e) { echo $e->getMessage(); }`);
        const needs = /needs Redis/;
        assert.match(await caught(`(new SsePublisher())->members('t')`), needs);
        assert.match(await caught(`(new SsePublisher())->ticket(['presence' => ['t' => ['user' => '1', 'member' => 1]]])`), needs);
        assert.match(await caught(`(new SseStream())->presence('t', '1', 1)->run()`), needs);
    });
});
