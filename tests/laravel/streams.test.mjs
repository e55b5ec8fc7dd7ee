// Streams of the facade over real HTTP: who carries them, what comes, and what happens when something is away.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { stop } from '../lib/process.mjs';
import { sleep } from '../lib/wait.mjs';
import { PackageApp } from './package_app.mjs';

describe('streams of the Laravel package', { timeout: 120_000 }, () => {
    let app;
    before(async () => {
        app = await PackageApp.start();
    });
    afterEach(closeClients);
    after(() => app?.stop());

    const publish = (topic, data, event = null) => app.post('/do/publish', { topic, data, event });

    test('a stream leaves its worker, which answers pages meanwhile', async () => {
        const clients = [];
        for (let index = 0; index < 20; index++) {
            clients.push(await app.open('/stream/news'));
        }
        assert.equal((await fetch(`${app.url}/empty`)).status, 200); // on the only worker
        await app.waitForStreams(20);
        const { id } = await publish('news', { n: 1 }, 'flash');
        for (const client of clients) {
            const [event] = await client.waitForEvents(1);
            assert.deepEqual([event.id, event.event, event.data], [id, 'flash', '{"n":1}']);
        }
    });

    test('the response is one that proxies and browsers do not hold back', async () => {
        const client = await app.open('/stream/news');
        assert.equal(client.headers['content-type'], 'text/event-stream; charset=utf-8');
        assert.match(client.headers['cache-control'], /no-cache/);
        assert.match(client.headers['cache-control'], /no-transform/);
        assert.ok(client.headers['set-cookie'], 'the session of Laravel');
    });

    test('heartbeat and retry are those that were asked for', async () => {
        const client = await app.open('/stream/news');
        assert.equal((await client.waitForFrame((frame) => frame.retry !== null)).retry, 3000);
        await client.waitForFrame((frame) => frame.event === 'ping', 4000);
    });

    test('rows come first, then what is published, and a client that resumes gets only what it missed', async () => {
        await app.post('/do/order', { name: 'first' });
        const client = await app.open('/orders');
        await client.waitForEvents(1);
        await app.post('/do/order', { name: 'second' });
        await client.waitForEvents(2);
        assert.deepEqual(client.events.map((event) => JSON.parse(event.data).name), ['first', 'second']);
        assert.deepEqual(client.events.map((event) => event.event), ['order', 'order']);

        const id = client.lastEventId;
        await client.close();
        await app.post('/do/order', { name: 'third' });
        const again = await app.open('/orders', { 'Last-Event-ID': id });
        await again.waitForEvents(1);
        await sleep(200);
        assert.deepEqual(again.events.map((event) => JSON.parse(event.data).name), ['third']);
    });

    test('a stream that the extension runs in response()->stream() works as well', async () => {
        const client = await app.open('/plain');
        const before = (await app.stats()).clients;
        assert.ok(before >= 1, 'it was handed over');
        await app.post('/do/order', { name: 'plain' });
        assert.equal(JSON.parse((await client.waitForEvents(1))[0].data).name, 'plain');
    });

    test('redirected on request, the hub serves the stream with a ticket', async () => {
        const answer = await fetch(`${app.url}/stream/news?mode=redirect`, { redirect: 'manual' });
        assert.equal(answer.status, 307);
        const client = await openRaw(answer.headers.get('location'));
        await publish('news', 'over there');
        assert.equal((await client.waitForEvents(1))[0].data, 'over there');
        await client.close();
        assert.equal((await openRaw(answer.headers.get('location'))).status, 403, 'the ticket was good once');
    });

    test('an exception of the rows is an error page and no half-open stream', async () => {
        const answer = await fetch(`${app.url}/broken`, { headers: { Accept: 'application/json' } });
        assert.equal(answer.status, 500);
        assert.match((await answer.json()).message, /no_such_table/);
    });

    test('names that no topic can have are refused', async () => {
        for (const name of ['%0A', 'a%0Ab', 'x'.repeat(1025), '%FF']) {
            const answer = await fetch(`${app.url}/stream/${name}`, { headers: { Accept: 'application/json' } });
            assert.ok([400, 404, 500].includes(answer.status), `${name}: ${answer.status}`);
            await answer.text();
        }
        const client = await app.open(`/stream/${encodeURIComponent('a topic with spaces é 🛒')}`);
        await publish('a topic with spaces é 🛒', 'here');
        assert.equal((await client.waitForEvents(1))[0].data, 'here');
    });

    test('a hub that is replaced by sse:restart keeps every stream', async () => {
        const client = await app.open('/stream/restart');
        const { pid } = await app.stats();
        await app.artisan('sse:restart');
        for (let tries = 0; tries < 100 && (await app.stats().catch(() => ({ pid }))).pid === pid; tries++) {
            await sleep(50);
        }
        const stats = await app.stats();
        assert.notEqual(stats.pid, pid);
        assert.ok(stats.taken_over >= 1);
        await publish('restart', 'still here');
        assert.equal((await client.waitForEvents(1))[0].data, 'still here');
        assert.equal(app.work.exitCode, null);
    });

    test('a second sse:work on the same socket takes the streams, and the first one ends by itself', async () => {
        const client = await app.open('/stream/second');
        const first = app.work;
        await app.startWork();
        for (let tries = 0; tries < 100 && first.exitCode === null; tries++) {
            await sleep(50);
        }
        assert.equal(first.exitCode, 0);
        assert.match(first.output, /another sse:work has taken its streams over/);
        await publish('second', 'still here');
        assert.equal((await client.waitForEvents(1))[0].data, 'still here');
        assert.equal(app.work.exitCode, null);
    });

    test('a hub that is killed is started again, and its clients come back', async () => {
        const { pid } = await app.stats();
        await sleep(3000); // it counts as one that could begin
        process.kill(pid, 'SIGKILL');
        for (let tries = 0; tries < 200 && ((await app.stats().catch(() => null))?.pid ?? pid) === pid; tries++) {
            await sleep(50);
        }
        assert.notEqual((await app.stats()).pid, pid);
        assert.match(app.work.output, /ended with code 137; starting it again/);
    });

    test('sse:work ends its streams and its hub on SIGTERM', async () => {
        const client = await app.open('/stream/news');
        await stop(app.work, 10_000);
        assert.equal(app.work.exitCode, 0);
        await client.waitForEnd();
        assert.ok(client.frames.some((frame) => Number(frame.retry) >= 1000));
        await assert.rejects(app.stats());
    });

    test('without a hub a stream is served by its worker, and says so in the log', async () => {
        const client = await app.open('/stream/news');
        await app.artisan('sse:publish', 'news', 'from the command line', '--event=note');
        const [event] = await client.waitForEvents(1);
        assert.deepEqual([event.event, event.data], ['note', 'from the command line']);
        await client.close();
        await app.startWork();
    });

    test('a Redis that is away is a stream that comes back, and the worker is free', async () => {
        await stop(app.work, 10_000);
        await app.redis.kill();
        const client = await app.open('/orders');
        assert.equal(client.status, 200);
        await client.waitForEnd();
        assert.ok(client.frames.some((frame) => Number(frame.retry) >= 2000), 'a jittered retry');
        assert.equal((await fetch(`${app.url}/empty`)).status, 200);
        await app.redis.start();
    });
});
