import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { clients, onEveryServer, onFpm, unique } from './servers.mjs';

const random = (below) => Math.floor(Math.random() * below);
const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

onEveryServer((server) => {
    for (const [name, open] of Object.entries(clients)) {
        test(`items arrive in order, those that waited and those that come later (${name})`, async () => {
            const key = unique('list');
            const items = Array.from({ length: 200 }, (_, number) => `item ${number}`);
            await server.redis.command('RPUSH', key, ...items.slice(0, 100));
            const client = await open(server.stream('stream.php', { queue: key }));
            await client.waitForEvents(100);
            for (const item of items.slice(100)) {
                await server.redis.command('RPUSH', key, item);
            }
            await client.waitForEvents(200);
            assert.deepEqual(client.data, items);
            assert.equal(await server.redis.command('LLEN', key), 0);
            await client.close();
        });
    }

    test('an item that comes when the client has left stays at the head of its list', async () => {
        const key = unique('list');
        for (let round = 0; round < 10; round++) {
            const page = unique('page');
            const client = await openRaw(server.stream('stream.php', { queue: key, page, options: { heartbeat: 0 } }));
            await server.redis.blocked();
            await client.close();
            // Time for the news to reach the worker, not for it to have done anything about it.
            await sleep(50);
            await server.redis.command('RPUSH', key, 'first', 'second', 'third');
            await waitFor(async () => (await server.redis.command('LLEN', key)) === 3, 3000, 'all three items in the list');
            await sleep(100);
            assert.deepEqual(await server.redis.command('LRANGE', key, 0, -1), ['first', 'second', 'third']);
            assert.equal((await server.note(page)).reason, 'disconnected');
            await server.redis.command('DEL', key);
        }
    });

    test('every item is delivered once or still in the list, while clients come and leave at random', async () => {
        const key = unique('list');
        const url = server.stream('stream.php', { queue: key, options: { heartbeat: 0 } });
        const most = server.stack === undefined ? 1 : 4;
        const everyone = [];
        let open = [];
        let pushed = 0;
        const delivered = () => everyone.flatMap((client) => client.data.map(Number));
        // What is on its way when a client breaks off is lost with any protocol; what comes later must not be. As long as the
        // list has items, one is on its way.
        const allDelivered = () =>
            waitFor(() => delivered().length === pushed, 5000, () => `${pushed} items, ${delivered().length} delivered`);

        for (let round = 0; round < 60; round++) {
            if (open.length < most && random(2)) {
                const client = await openRaw(url);
                open.push(client);
                everyone.push(client);
            }
            for (let count = 1 + random(20); count > 0; count--) {
                await server.redis.command('RPUSH', key, ++pushed);
            }
            if (open.length > 0 && random(2)) {
                await allDelivered();
                await open.splice(random(open.length), 1)[0].close();
                await sleep(50);
            }
        }
        if (open.length > 0) {
            await allDelivered();
            await Promise.all(open.map((client) => client.close()));
        }
        const left = (await server.redis.command('LRANGE', key, 0, -1)).map(Number);
        const all = Array.from({ length: pushed }, (_, index) => index + 1);
        assert.deepEqual(sorted([...delivered(), ...left]), all);
        assert.ok(everyone.length > 5, `${everyone.length} clients are too few to prove anything`);
        if (most === 1) {
            // With several at once, an item that one gives back may reach another after a later one.
            assert.deepEqual(delivered(), sorted(delivered()), 'in order');
        }
    });

    test('an item whose onMessage() throws goes back to the head of its list', async () => {
        const key = unique('list');
        await server.redis.command('RPUSH', key, 'first', 'second');
        const client = await openRaw(server.stream('callback_throws.php', { queue: key }));
        await client.waitForEnd();
        await sleep(100);
        assert.deepEqual(await server.redis.command('LRANGE', key, 0, -1), ['first', 'second']);
    });
});

onFpm((server) => {
    test('each item goes to one of the streams that wait for it', async () => {
        const key = unique('list');
        const url = server.stream('stream.php', { queue: key });
        const streams = await Promise.all([openRaw(url), openRaw(url), openRaw(url)]);
        await server.redis.blocked(3);
        for (let item = 1; item <= 300; item++) {
            await server.redis.command('RPUSH', key, item);
        }
        const all = () => streams.flatMap((stream) => stream.data.map(Number));
        await waitFor(() => all().length >= 300, 5000, () => `300 items, received ${all().length}`);
        assert.deepEqual(sorted(all()), Array.from({ length: 300 }, (_, index) => index + 1));
        assert.ok(streams.every((stream) => stream.data.length > 0), 'every stream got its share');
        await Promise.all(streams.map((stream) => stream.close()));
    });
});
