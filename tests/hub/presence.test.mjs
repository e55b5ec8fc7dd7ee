// Who is present: over live hubs, a real Redis, and streams inside a PHP process.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { unique } from './client.mjs';
import { ann, bob, grace, late, presenceForTests, told, withoutLists } from './presence.mjs';

describe('presence', { timeout: 300_000 }, () => {
    const { at, startHub, open, join, members, waitForTold, keys } = presenceForTests();

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
            assert.ok((await at.redis.client.command('TTL', key)) > 86_000, key);
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

    test('a thousand join one topic at once, and leave it', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const watcher = await open(hub, topic, null);
        const code = `$p = new SsePublisher(); $all = []; for ($i = 1; $i <= 1000; $i++) {
            $all[] = $p->ticket(['presence' => [$argv[1] => ['user' => "u$i", 'member' => ['id' => $i]]]]); } echo json_encode($all);`;
        const tickets = JSON.parse(await hub.php(code, topic));
        const commands = async () => Number(/total_commands_processed:(\d+)/.exec(await at.redis.client.command('INFO', 'stats'))[1]);
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
        const hub = await startHub({ redis: `redis://127.0.0.1:${at.redis.port}?prefix=app%5F:` });
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
        await waitFor(async () => (await at.redis.client.command('KEYS', 'sse-*')).length === 0, grace + late + 1000, async () => JSON.stringify(await keys()));
    });

    test('a topic whose keys are spoilt costs the others nothing, and the log says so', async () => {
        const hub = await startHub();
        const [good, bad] = [unique('good'), unique('bad')];
        await at.redis.client.command('SET', `sse-members:${bad}`, 'a string');
        const presence = { [bad]: { user: '1', member: ann }, [good]: { user: '1', member: ann } };
        const client = await openRaw(`${hub.base}/sse?ticket=${await hub.ticket({ presence })}`);
        await waitForTold(client, good, ['subscribed', [ann]]);
        assert.deepEqual(told(client, bad), []);
        assert.match(hub.log, / presence_refused .*WRONGTYPE/);
    });

    test('who becomes present in the only topic of an open stream is as present as any', async () => {
        const hub = await startHub();
        const client = await open(hub, 'room', null, null, { id: 's1' });
        await client.waitForFrame((frame) => frame.id !== null);
        await hub.php(`(new SsePublisher())->join('s1', ['presence' => ['room' => ['user' => '1', 'member' => ['id' => 1, 'name' => 'Ann']]]]);`);
        await waitFor(() => told(client, 'room').some(([name]) => name === 'subscribed'), 5000, 'the list of members');
        // The log loses what was not heard of: a gap, after which the list is told anew.
        await at.redis.client.command('XADD', 'sse:room', '99999999999990-1', 'data', 'unheard');
        await at.redis.client.command('XADD', 'sse:room', '99999999999990-2', 'data', 'heard of');
        await at.redis.client.command('XTRIM', 'sse:room', 'MAXLEN', '1');
        await at.redis.client.command('PUBLISH', 'sse:room', 'look');
        await client.waitForFrame((frame) => frame.event === 'gap');
        await waitFor(() => told(client, 'room').filter(([name]) => name === 'subscribed').length === 2, 5000, 'the list after the gap');
    });

    test('a hub that is its own broker refuses, and so does PHP before it asks', async () => {
        const hub = await new Hub(null).start();
        at.hubs.push(hub);
        const caught = (call) => hub.php(`try { ${call}; echo 'no exception'; } catch (SseException $e) { echo $e->getMessage(); }`);
        const needs = /needs Redis/;
        assert.match(await caught(`(new SsePublisher())->members('t')`), needs);
        assert.match(await caught(`(new SsePublisher())->ticket(['presence' => ['t' => ['user' => '1', 'member' => 1]]])`), needs);
        assert.match(await caught(`(new SseStream())->presence('t', '1', 1)->run()`), needs);
    });
});
