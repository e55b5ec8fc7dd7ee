import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { onEveryServer, unique } from './servers.mjs';

onEveryServer((server, kind) => {
    test('a stream sends its own headers', async () => {
        const client = await openRaw(server.stream('stream.php', { hello: 'x', subscribe: 'quiet' }));
        assert.equal(client.status, 200);
        assert.equal(client.headers['content-type'], 'text/event-stream; charset=utf-8');
        assert.equal(client.headers['cache-control'], 'no-cache, no-transform');
        assert.equal(client.headers['content-length'], undefined);
        assert.equal(client.headers['content-encoding'], undefined);
        if (kind === 'php -S') {
            // nginx keeps this one for itself; there the event that arrives at once proves it.
            assert.equal(client.headers['x-accel-buffering'], 'no');
        }
        await client.waitForEvents(1, 1000);
        await client.close();
    });

    test('the headers arrive at once, though there is nothing to send yet', async () => {
        const url = server.stream('stream.php', { subscribe: 'quiet', options: { heartbeat: 0 } });
        const client = await openRaw(url, { patience: 1000 });
        assert.equal(client.status, 200);
        await client.close();
    });

    test('buffers, type and length that the page left behind do not touch the stream; its other headers stay', async () => {
        const client = await openRaw(server.stream('nested_buffers.php'), { headers: { 'Accept-Encoding': 'gzip' } });
        await client.waitForEvents(1, 1000);
        assert.deepEqual(client.data, ['first']);
        assert.equal(client.headers['content-type'], 'text/event-stream; charset=utf-8');
        assert.equal(client.headers['content-length'], undefined);
        assert.equal(client.headers['x-kept'], 'yes');
        await client.close();
    });

    test('run() refuses a response that has begun as something else', async () => {
        const page = unique('begun');
        const client = await openRaw(server.stream('begun.php', { page }));
        await client.waitForEnd();
        assert.equal((await server.note(page)).exception, 'SseException');
        assert.deepEqual(client.frames, []);
    });
});

onEveryServer((server) => {
    test('zlib.output_compression and output_buffering do not hold an event back', async () => {
        for (const page of ['stream.php', 'nested_buffers.php']) {
            const url = server.stream(page, { hello: 'first', subscribe: 'quiet' });
            const client = await openRaw(url, { headers: { 'Accept-Encoding': 'gzip, deflate' } });
            await client.waitForEvents(1, 1000);
            assert.equal(client.headers['content-encoding'], undefined);
            await client.close();
        }
    });
}, { ini: { 'zlib.output_compression': 1, output_buffering: 4096 } });
