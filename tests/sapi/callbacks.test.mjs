import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { onEveryServer, unique } from './servers.mjs';

onEveryServer((server) => {
    // One worker: whatever a failed stream leaves behind meets the next request.
    const assertServes = async () => {
        const next = await openRaw(server.stream('short.php', { redis: 1 }));
        await next.waitForEnd();
        assert.deepEqual(next.data, ['{"short":true}']);
    };

    test('an exception in a timer ends the stream, is logged, and harms no later request', async () => {
        const client = await openRaw(server.stream('callback_throws.php'));
        await client.waitForEnd();
        assert.deepEqual(client.data, ['before']);
        await waitFor(() => /Uncaught DomainException: the callback failed/.test(server.log()), 2000, 'the log');
        await assertServes();
    });

    test('an exception in onMessage() does the same', async () => {
        const key = unique('list');
        await server.redis.command('RPUSH', key, 'item');
        const client = await openRaw(server.stream('callback_throws.php', { queue: key }));
        await client.waitForEnd();
        assert.deepEqual(client.data, ['before']);
        await assertServes();
    });

    for (const [name, parameters] of Object.entries({ 'a timer': {}, 'onMessage()': { subscribe: 'leave' } })) {
        test(`exit in ${name} ends the request: shutdown functions run, what follows run() does not`, async () => {
            const before = server.notes('exit').length;
            const client = await openRaw(server.stream('callback_exits.php', parameters));
            await client.waitForEvents(1);
            if (parameters.subscribe) {
                await server.redis.subscribed(parameters.subscribe);
                await server.redis.command('PUBLISH', parameters.subscribe, 'now');
            }
            await client.waitForEnd();
            await waitFor(() => server.notes('exit').length > before, 2000, 'the shutdown function');
            await sleep(50);
            const notes = server.notes('exit').slice(before);
            assert.equal(notes.length, 1);
            assert.equal(notes[0].shutdown, true);
            await assertServes();
        });
    }
}, { workers: 1 });
