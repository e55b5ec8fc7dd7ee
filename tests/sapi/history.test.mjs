import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clients, onEveryServer, unique } from './servers.mjs';

const item = (id) => JSON.stringify({ id, title: `item ${id}` });

onEveryServer((server) => {
    for (const [name, open] of Object.entries(clients)) {
        const received = async (parameters, count, headers = {}) => {
            const client = await open(server.stream('stream.php', { subscribe: 'quiet', ...parameters }), { headers });
            await client.waitForEvents(count);
            await client.close();
            return client.data.map((data) => JSON.parse(data).id);
        };

        test(`every tab reads the whole list, which keeps its items and its time to live (${name})`, async () => {
            const key = unique('history');
            await server.redis.command('RPUSH', key, ...['a', 'b', 'c'].map(item));
            await server.redis.command('EXPIRE', key, 1000);
            assert.deepEqual(await received({ history: key }, 3), ['a', 'b', 'c']);
            assert.deepEqual(await received({ history: key }, 3), ['a', 'b', 'c']);
            assert.equal(await server.redis.command('LLEN', key), 3);
            assert.ok((await server.redis.command('TTL', key)) > 900);
        });

        test(`last_seen_id and Last-Event-ID leave out what the client has seen (${name})`, async () => {
            const key = unique('history');
            await server.redis.command('RPUSH', key, ...['u1', 'u2', 'u3', 'u4'].map(item));
            assert.deepEqual(await received({ history: key, last_seen_id: 'u2' }, 2), ['u3', 'u4']);
            assert.deepEqual(await received({ history: key }, 1, { 'Last-Event-ID': 'u3' }), ['u4']);
        });

        test(`an id that the list does not hold makes a gap and brings the whole list (${name})`, async () => {
            const key = unique('history');
            await server.redis.command('RPUSH', key, ...['a', 'b'].map(item));
            const client = await open(server.stream('stream.php', { history: key, last_seen_id: 'gone' }));
            await client.waitForEvents(3);
            await client.close();
            const [gap, ...items] = client.events;
            assert.equal(gap.event, 'gap');
            assert.equal(JSON.parse(gap.data).source, key);
            assert.deepEqual(items.map((event) => JSON.parse(event.data).id), ['a', 'b']);
        });

        test(`only the newest items on request (${name})`, async () => {
            const key = unique('history');
            await server.redis.command('RPUSH', key, ...['a', 'b', 'c', 'd'].map(item));
            assert.deepEqual(await received({ history: key, last: 2 }, 2), ['c', 'd']);
        });

        test(`an event carries the id of its item, so that EventSource continues from it (${name})`, async () => {
            const key = unique('history');
            await server.redis.command('RPUSH', key, ...['a', 'b'].map(item));
            const client = await open(server.stream('stream.php', { history: key, subscribe: 'quiet' }));
            await client.waitForEvents(2);
            assert.deepEqual(client.events.map((event) => event.id), ['a', 'b']);
            await client.close();
        });
    }
});
