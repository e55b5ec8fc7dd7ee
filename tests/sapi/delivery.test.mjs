import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { sleep } from '../lib/wait.mjs';
import { clients, onEveryServer, unique } from './servers.mjs';

const text = 'one\ntwo\nthree\nfour\n\nid: forged\n🐘 ünïcode \u2028 end\n';

onEveryServer((server) => {
    for (const [name, open] of Object.entries(clients)) {
        test(`the first event arrives at once and the stream stays open (${name})`, async () => {
            const client = await open(server.stream('stream.php', { hello: 'at once', subscribe: 'quiet' }));
            await client.waitForEvents(1, 1000);
            const ended = await Promise.race([client.closed.then(() => true), sleep(300)]);
            assert.equal(ended, undefined);
            assert.deepEqual(client.data, ['at once']);
            await client.close();
        });

        test(`what PUBLISH sends arrives, in order, from every channel (${name})`, async () => {
            const [one, two] = [unique('channel'), unique('channel')];
            const client = await open(server.stream('stream.php', { subscribe: `${one},${two}` }));
            await server.redis.subscribed(two);
            for (let number = 0; number < 50; number++) {
                await server.redis.command('PUBLISH', number % 2 ? one : two, number);
            }
            await client.waitForEvents(50);
            assert.deepEqual(client.data, Array.from({ length: 50 }, (_, number) => String(number)));
            await client.close();
        });

        test(`psubscribe() forwards what its pattern matches, and nothing else (${name})`, async () => {
            const prefix = unique('pattern');
            const client = await open(server.stream('stream.php', { psubscribe: `${prefix}.*` }));
            await server.redis.publishToSomebody(`${prefix}.a`, 'a');
            await server.redis.command('PUBLISH', `${prefix}:no`, 'no');
            await server.redis.command('PUBLISH', `${prefix}.b.c`, 'b.c');
            await client.waitForEvents(2);
            assert.deepEqual(client.data, ['a', 'b.c']);
            await client.close();
        });

        test(`onMessage() turns, drops and multiplies messages (${name})`, async () => {
            const channel = unique('channel');
            const client = await open(server.stream('mapped.php', { subscribe: channel }));
            await server.redis.subscribed(channel);
            for (const message of ['drop', 'twice', 'plain']) {
                await server.redis.command('PUBLISH', channel, message);
            }
            await client.waitForEvents(3);
            assert.deepEqual(client.data, ['one', 'two', `{"mapped":"plain","source":"${channel}"}`]);
            assert.equal(client.events[2].event, 'note');
            assert.equal(client.events[2].id, 'id-plain');
            await client.close();
        });

        test(`line breaks and UTF-8 arrive as they were sent, and forge no field (${name})`, async () => {
            const topic = unique('text');
            const live = await open(server.stream('stream.php', { follow: topic, options: { maxLifetime: 2 } }));
            await server.redis.subscribed(`sse:${topic}`);
            await server.page('text.php', { topic });
            await live.waitForEvents(1);
            await live.close();
            const own = await open(server.stream('text.php'));
            await own.waitForEvents(2);
            await own.close();
            assert.deepEqual([...live.data, own.data[0]], [text, text]);
            const exact = text.replace('two\n', 'two\r\n').replace('three\n', 'three\r');
            assert.deepEqual(JSON.parse(own.data[1]), { text: exact });
            assert.equal(own.lastEventId, null);
        });
    }

    for (const mebibytes of [1, 16]) {
        test(`an event of ${mebibytes} MiB arrives whole, from the page, from PUBLISH and from a topic`, async () => {
            const bytes = mebibytes << 20;
            const payload = '0123456789abcdef'.repeat(bytes / 16);

            const own = await openRaw(server.stream('big.php', { bytes }));
            await own.waitForEnd(20_000);
            assert.equal(own.data.length, 1);
            assert.ok(own.data[0] === payload, 'from the page');

            const [channel, topic] = [unique('big'), unique('big')];
            const client = await openRaw(server.stream('stream.php', { subscribe: channel, follow: topic }));
            await server.redis.subscribed(channel);
            await server.redis.subscribed(`sse:${topic}`);
            await server.redis.command('PUBLISH', channel, payload);
            await client.waitForEvents(1, 20_000);
            assert.ok(client.data[0] === payload, 'from PUBLISH');
            await server.page('big.php', { bytes, topic });
            await client.waitForEvents(2, 20_000);
            assert.ok(client.data[1] === payload, 'from a topic');
            await client.close();
        });
    }
});
