import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCurl, openEventSource, openRaw } from '../lib/clients.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { onEveryServer, unique } from './servers.mjs';

const quiet = { heartbeat: 0 };

onEveryServer((server) => {
    test('the heartbeat is the event ping with an empty object', async () => {
        const client = await openRaw(server.stream('stream.php', { subscribe: 'quiet', options: { heartbeat: 0.2 } }));
        const isPing = (frame) => frame.event === 'ping';
        await waitFor(() => client.frames.filter(isPing).length >= 3, 3000, 'three heartbeats');
        assert.equal(client.frames.find(isPing).data, '{}');
        assert.equal(client.frames.find(isPing).id, null);
        await client.close();
    });

    test('a heartbeat in comment style is nothing that EventSource would show', async () => {
        const options = { heartbeat: 0.2, heartbeatStyle: 'comment' };
        const client = await openRaw(server.stream('stream.php', { subscribe: 'quiet', options }));
        const isComment = (frame) => frame.comment !== null && frame.data === null;
        await waitFor(() => client.frames.filter(isComment).length >= 3, 3000, 'three comments');
        assert.ok(!client.frames.some((frame) => frame.event === 'ping'));
        await client.close();
    });

    test('a stream without heartbeat sends nothing by itself', async () => {
        const client = await openRaw(server.stream('stream.php', { hello: 'x', subscribe: 'quiet', options: quiet }));
        await client.waitForEvents(1);
        const { length } = client.frames;
        await sleep(1000);
        assert.equal(client.frames.length, length);
        await client.close();
    });

    test('the option retry tells the client how long to wait', async () => {
        const client = await openRaw(server.stream('stream.php', { subscribe: 'quiet', options: { retry: 1234 } }));
        assert.ok(await client.waitForFrame((frame) => frame.retry === 1234));
        await client.close();
    });

    test('maxLifetime ends the stream cleanly and in time', async () => {
        const page = unique('page');
        const options = { maxLifetime: 0.5 };
        const client = await openRaw(server.stream('stream.php', { subscribe: 'quiet', page, options }));
        const opened = performance.now();
        await client.waitForEnd(2000);
        const seconds = (performance.now() - opened) / 1000;
        assert.ok(seconds > 0.3 && seconds < 1.5, `${seconds} s`);
        assert.ok(client.isComplete(), 'the body is complete');
        assert.equal((await server.note(page)).reason, 'expired');
    });

    test('EventSource comes back to a stream that has expired', async () => {
        const options = { maxLifetime: 0.3, retry: 20 };
        const client = await openEventSource(server.stream('stream.php', { hello: 'again', subscribe: 'quiet', options }));
        await client.waitForEvents(3, 5000);
        assert.ok(client.connections >= 3);
        await client.close();
    });

    test('stop() in a callback ends the stream after what it has sent', async () => {
        const page = unique('page');
        const client = await openRaw(server.stream('counter.php', { page }));
        await client.waitForEnd(3000);
        assert.deepEqual(client.data, ['1', '2', '3']);
        assert.ok(client.isComplete(), 'the body is complete');
        assert.equal((await server.note(page)).reason, 'stopped');
    });

    test('stop() before run() ends the stream after what was queued', async () => {
        const page = unique('page');
        const client = await openRaw(server.stream('stream.php', { hello: 'only', stop: 1, subscribe: 'quiet', page }));
        await client.waitForEnd(1000);
        assert.deepEqual(client.data, ['only']);
        assert.ok(client.isComplete(), 'the body is complete');
        assert.equal((await server.note(page)).reason, 'stopped');
    });

    test('a stream without sources stays open and beats', async () => {
        const client = await openRaw(server.stream('stream.php', { options: { heartbeat: 0.2 } }));
        await waitFor(() => client.frames.filter((frame) => frame.event === 'ping').length >= 3, 3000, 'three heartbeats');
        await client.close();
    });

    const ways = { raw: openRaw, curl: openCurl, eventsource: openEventSource };
    for (const [name, open] of Object.entries(ways)) {
        for (const source of ['subscribe', 'psubscribe', 'follow', 'queue']) {
            test(`a client that left is noticed within a second, with nothing sent (${name}, ${source})`, async () => {
                const page = unique('page');
                const parameters = { hello: 'x', [source]: 'silence', page, options: quiet };
                const client = await open(server.stream('stream.php', parameters));
                await client.waitForEvents(1);
                await sleep(100);
                const left = Date.now() / 1000;
                await client.close();
                const { reason, at } = await server.note(page, 3000);
                assert.equal(reason, 'disconnected');
                assert.ok(at - left < 1, `noticed after ${at - left} s`);
            });
        }
    }

    test('max_execution_time does not end a stream', async () => {
        const client = await openRaw(server.stream('busy.php'));
        const opened = performance.now();
        await waitFor(() => performance.now() - opened > 3000 && client.events.length > 10, 8000, 'three busy seconds');
        const newest = client.events.at(-1).at;
        assert.ok(performance.now() - newest < 500, 'events still come');
        await client.close();
    });
}, { ini: { max_execution_time: 1 } });
