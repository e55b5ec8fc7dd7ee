// Who may listen, and for how long: session, signed address, ticket, token; logging out and being banned.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { sleep } from '../lib/wait.mjs';
import { channelQuery, PackageApp } from './package_app.mjs';

describe('security of the Laravel package', { timeout: 120_000 }, () => {
    let app;
    before(async () => {
        app = await PackageApp.start();
    });
    afterEach(closeClients);
    after(() => app?.stop());

    const status = async (url, headers = {}) => {
        const client = await openRaw(url, { headers });
        const { status } = client;
        await client.close();
        return status;
    };
    const connected = async (client) => JSON.parse((await client.waitForEvents(1))[0].data);

    test('a route behind auth answers 401 to a guest, which stops EventSource', async () => {
        assert.equal((await fetch(`${app.url}/mine`, { headers: { Accept: 'text/event-stream' } })).status, 401);
    });

    test('a channel that is not the user\'s is refused with 403, and its events do not come', async () => {
        const ani = await app.visitor(1);
        const client = await ani.open(openRaw, channelQuery('private-orders.1', 'private-orders.2'));
        assert.deepEqual((await connected(client)).refused, { 'private-orders.2': 403 });
        await app.post('/do/broadcast', { channel: 'private-orders.2', event: 'Secret', data: {} });
        await app.post('/do/broadcast', { channel: 'private-orders.1', event: 'Mine', data: { n: 1 } });
        await client.waitForEvents(2);
        await sleep(200);
        assert.deepEqual(client.events.slice(1).map((event) => JSON.parse(event.data).event), ['Mine']);
    });

    test('the endpoint of broadcast channels gives nobody a topic that is none, such as a user\'s', async () => {
        const stranger = await app.visitor();
        const client = await stranger.open(openRaw, channelQuery('user.1', 'secrets'));
        await connected(client);
        await app.post('/do/publish', { topic: 'user.1', data: 'hers' });
        await app.post('/do/publish', { topic: 'secrets', data: 'secret' });
        await app.post('/do/broadcast', { channel: 'secrets', event: 'NotSecret', data: {} });
        await client.waitForEvents(2);
        await sleep(200);
        assert.deepEqual(client.events.slice(1).map((event) => JSON.parse(event.data).event), ['NotSecret']);
    });

    test('nor the signals of a private channel, which are a Redis channel beside it', async () => {
        const stranger = await app.visitor();
        const client = await stranger.open(openRaw, channelQuery('sse:private-orders.1', 'sse-hub', 'news'));
        assert.deepEqual((await connected(client)).refused, { 'sse:private-orders.1': 403, 'sse-hub': 403 });
        await app.post('/do/broadcast', { channel: 'private-orders.1', event: 'Secret', data: {} });
        await app.post('/do/broadcast', { channel: 'news', event: 'NotSecret', data: {} });
        await client.waitForEvents(2);
        await sleep(200);
        assert.deepEqual(client.events.slice(1).map((event) => JSON.parse(event.data).event), ['NotSecret']);
    });

    test('who logs out loses the streams at once, others keep theirs', async () => {
        const ani = await app.visitor(1);
        const budi = await app.visitor(2);
        const [hers, alsoHers, his] = [
            await ani.open(openRaw, '/mine'), await ani.open(openRaw, '/stream/news'), await budi.open(openRaw, '/mine'),
        ];
        const began = performance.now();
        await ani.post('/do/logout', {});
        await hers.waitForEnd(1000);
        await alsoHers.waitForEnd(1000);
        assert.ok(performance.now() - began < 1000);
        await sleep(100);
        assert.equal(his.isComplete(), false);
        assert.equal((await ani.open(openRaw, '/mine', { Accept: 'application/json' })).status, 401, 'and does not come back');
    });

    test('who is banned loses the streams at once', async () => {
        const citra = await app.visitor(3);
        const client = await citra.open(openRaw, '/mine');
        assert.deepEqual(await app.post('/do/ban/3'), { hubs: 1 });
        await client.waitForEnd(1000);
    });

    test('a signed address opens the stream without a session, and one that was changed does not', async () => {
        const url = await (await fetch(`${app.url}/signed-url`)).text();
        assert.equal(await status(url), 200);
        assert.equal(await status(url.replace(/signature=./, 'signature=0') + '0'), 403);
        assert.equal(await status(url.replace(/expires=\d+/, 'expires=1')), 403);
    });

    test('a ticket is good for one connection, and brings the initial rows along', async () => {
        const ani = await app.visitor(1);
        const url = await (await ani.get('/ticket')).text();
        const client = await openRaw(url);
        assert.equal((await client.waitForEvents(1))[0].event, 'first');
        assert.equal(await status(url), 403);
    });

    test('a token in a header opens a stream of its topics and no other', async () => {
        const ani = await app.visitor(1);
        const token = await (await ani.get('/token')).text();
        const headers = { Authorization: `Bearer ${token}` };
        const client = await openRaw(`${app.env.SSE_REDIRECT}?topics=orders`, { headers });
        await app.post('/do/publish', { topic: 'orders', data: 'hello' });
        assert.equal((await client.waitForEvents(1))[0].data, 'hello');
        assert.equal(await status(`${app.env.SSE_REDIRECT}?topics=secrets`, headers), 403);
        assert.equal(await status(app.env.SSE_REDIRECT, { Authorization: `Bearer ${token}x` }), 401);
        await app.post('/do/ban/1');
        await client.waitForEnd(1000);
    });

    test('no log holds a ticket or a token', async () => {
        const ani = await app.visitor(1);
        const secrets = [new URL(await (await ani.get('/ticket')).text()).searchParams.get('ticket'), await (await ani.get('/token')).text()];
        await status(`${app.env.SSE_REDIRECT}?ticket=${secrets[0]}x`);
        await status(app.env.SSE_REDIRECT, { Authorization: `Bearer ${secrets[1]}x` });
        const logs = [app.work.output];
        for (const file of ['php.log', 'php-fpm.log', 'nginx.log']) {
            try {
                logs.push(readFileSync(join(app.stack.dir, file), 'utf8'));
            } catch {
                // nothing was logged there
            }
        }
        try {
            logs.push(readFileSync(join(app.dir, 'storage/logs/laravel.log'), 'utf8'));
        } catch {
            // nor there
        }
        for (const secret of secrets) {
            assert.ok(logs.every((log) => !log.includes(secret.slice(0, 30))));
        }
    });
});
