import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEventSource, openRaw } from '../lib/clients.mjs';
import { sleep } from '../lib/wait.mjs';
import { clients, onEveryServer, unique } from './servers.mjs';

const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

onEveryServer((server) => {
    for (const [name, open] of Object.entries(clients)) {
        test(`events of a topic arrive with the ids and names that publish() gave them (${name})`, async () => {
            const topic = unique('topic');
            const client = await open(server.stream('stream.php', { follow: topic }));
            await server.redis.subscribed(`sse:${topic}`);
            const ids = await server.publish(topic, { count: 3 });
            ids.push(...(await server.publish(topic, { from: 4, event: 'note' })));
            await client.waitForEvents(4);
            assert.deepEqual(client.data, ['1', '2', '3', '4']);
            assert.deepEqual(client.events.map((event) => event.id), ids);
            assert.deepEqual(client.events.map((event) => event.event), ['message', 'message', 'message', 'note']);
            await client.close();
        });

        test(`Last-Event-ID continues right behind the event it names (${name})`, async () => {
            const topic = unique('topic');
            const ids = await server.publish(topic, { count: 10 });
            const headers = { 'Last-Event-ID': ids[6] };
            const client = await open(server.stream('stream.php', { follow: topic }), { headers });
            await client.waitForEvents(3);
            await server.publish(topic, { from: 11 });
            await client.waitForEvents(4);
            assert.deepEqual(client.data, ['8', '9', '10', '11']);
            await client.close();
        });
    }

    test('a client knows its position before the first event: nothing published meanwhile is missed', async () => {
        const topic = unique('topic');
        await server.publish(topic);
        const client = await openRaw(server.stream('stream.php', { follow: topic }));
        const { id } = await client.waitForFrame((frame) => frame.id !== null && frame.data === null, 1000);
        await client.close();
        assert.deepEqual(client.data, []);
        await server.publish(topic, { from: 2 });
        const later = await openRaw(server.stream('stream.php', { follow: topic }), { headers: { 'Last-Event-ID': id } });
        await later.waitForEvents(1);
        assert.deepEqual(later.data, ['2']);
        await later.close();
    });

    test('several topics in one stream resume each from its own place', async () => {
        const topics = [unique('topic'), unique('topic')];
        const url = server.stream('stream.php', { follow: topics.join() });
        const first = await openRaw(url);
        for (const topic of topics) {
            await server.redis.subscribed(`sse:${topic}`);
        }
        await server.publish(topics[0], { from: 1 });
        await server.publish(topics[1], { from: 2 });
        await first.waitForEvents(2);
        await first.close();
        await server.publish(topics[0], { from: 3 });
        await server.publish(topics[1], { from: 4 });
        const second = await openRaw(url, { headers: { 'Last-Event-ID': first.lastEventId } });
        await second.waitForEvents(2);
        await sleep(100);
        assert.deepEqual([...second.data].sort(), ['3', '4']);
        await second.close();
    });

    for (const [name, open] of Object.entries({ curl: clients.curl, raw: openRaw })) {
        test(`2,000 events, none missed or doubled, though the client breaks off again and again (${name})`, async () => {
            const topic = unique('topic');
            const url = server.stream('stream.php', { follow: topic });
            const received = [];
            let id = null;
            let rounds = 0;
            let publishing = null;
            while (received.length < 2000) {
                assert.ok(++rounds < 500, `only ${received.length} events after ${rounds} connections`);
                const client = await open(url, { headers: id === null ? {} : { 'Last-Event-ID': id } });
                if (publishing === null) {
                    await client.waitForFrame((frame) => frame.id !== null);
                    publishing = server.publish(topic, { count: 2000, pause: 1000 });
                }
                await sleep(Math.random() * 250);
                await client.close();
                received.push(...client.data);
                id = client.lastEventId ?? id;
            }
            await publishing;
            assert.ok(rounds > 5, `${rounds} connections are too few to prove anything`);
            assert.deepEqual(received, numbers(1, 2000));
        });
    }

    test('2,000 events, none missed or doubled, through an EventSource whose streams expire', async () => {
        const topic = unique('topic');
        const options = { maxLifetime: 0.2, retry: 5 };
        const client = await openEventSource(server.stream('stream.php', { follow: topic, options }));
        await server.redis.subscribed(`sse:${topic}`);
        // Half a second without events: the streams that expire meanwhile hand only their position on.
        await sleep(500);
        await server.publish(topic, { count: 2000, pause: 1000 });
        await client.waitForEvents(2000, 30_000);
        await sleep(300);
        assert.deepEqual(client.data, numbers(1, 2000));
        assert.ok(client.connections > 5, `${client.connections} connections are too few to prove anything`);
        await client.close();
    });

    test('a log that no longer reaches back to the id announces the gap', async () => {
        const topic = unique('topic');
        const ids = await server.publish(topic, { count: 20 });
        await server.redis.command('XTRIM', `sse:${topic}`, 'MAXLEN', 5);
        const headers = { 'Last-Event-ID': ids[3] };
        const client = await openRaw(server.stream('stream.php', { follow: topic }), { headers });
        await client.waitForEvents(6);
        assert.equal(client.events[0].event, 'gap');
        const gap = JSON.parse(client.events[0].data);
        assert.deepEqual(Object.keys(gap), ['source', 'reason']);
        assert.equal(gap.source, topic);
        assert.match(gap.reason, /^[a-z]+$/);
        assert.deepEqual(client.data.slice(1), ['16', '17', '18', '19', '20']);
        await client.close();
    });

    for (const id of ['not an id', '99999999999999999999999-1', '-1', '9999999999999-0', 'ï»¿🐘', 'x'.repeat(2000)]) {
        test(`a Last-Event-ID that nobody gave out does not break the stream (${id.slice(0, 30)})`, async () => {
            const topic = unique('topic');
            const url = server.stream('stream.php', { follow: topic, lastEventId: id });
            const client = await openRaw(url);
            assert.equal(client.status, 200);
            await server.redis.subscribed(`sse:${topic}`);
            // The subscription comes before the log is read; the position comes after it.
            await client.waitForFrame((frame) => frame.id !== null);
            await server.publish(topic);
            const event = await client.waitForFrame((frame) => frame.event === 'message' && frame.data !== null);
            assert.equal(event.data, '1');
            await client.close();
        });
    }
});
