// The example on `php artisan serve`, with the broker inside the hub: one PHP process, no Redis, no nginx.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { waitFor } from '../lib/wait.mjs';
import { namesIn, onExample } from './application.mjs';

const direct = (app, url) => openRaw(new URL(url, app.example.url).href);

onExample('sqlite', (app) => {
    test('one process serves pages while it has handed many streams over', async () => {
        const tabs = [];
        for (let count = 0; count < 30; count++) {
            tabs.push(await app.tab('/sse/crowd'));
        }
        assert.equal((await app.visitor.get('/sections')).status, 200);
        await app.post('/trigger/announce', { message: 'to all' });
        for (const tab of tabs) {
            await tab.waitForFrame((frame) => frame.data?.includes('to all'));
        }
        assert.equal((await app.example.hubStats()).clients, 30);
    });

    test('a notification that a queued job makes arrives, and is not missed by a tab that was away', async () => {
        for (const path of ['/sse/database', '/sse/hub', '/sse/cookie', '/sse/heartbeat']) {
            const tab = await app.tab(path);
            await tab.waitForFrame((frame) => frame.id !== null);
            await app.register('Ani');
            await tab.waitForFrame((frame) => frame.data?.includes('Ani'), 10_000);
            await tab.close();
        }
        const tab = await app.tab('/sse/hub');
        const { id } = await tab.waitForFrame((frame) => frame.id !== null);
        await tab.close();
        await app.register('Budi');
        const again = await app.tab('/sse/hub', { 'Last-Event-ID': id });
        await waitFor(() => namesIn(again).includes('Budi'), 10_000, 'the notification');
        await again.close();
    });

    test('the hub itself answers who comes with a ticket or a token', async () => {
        const redirect = await app.visitor.get('/sse/hub/redirect');
        assert.equal(redirect.status, 307);
        const { url } = JSON.parse(await (await app.visitor.get('/sse/ticket/hub')).text());
        for (const place of [redirect.headers.get('location'), url]) {
            const tab = await direct(app, place);
            assert.equal(tab.status, 200, place);
            await tab.waitForFrame((frame) => frame.id !== null);
            await tab.close();
        }
    });

    test('the page says what the other sections need', async () => {
        const page = await (await app.visitor.get('/sections')).text();
        assert.equal(page.match(/Needs a Redis/g).length, 7);
        assert.equal(page.match(/Needs a process of its own/g).length, 2);
    });
}, { broker: 'memory', server: 'serve' });
