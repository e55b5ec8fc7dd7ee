// The notification channel `sse` over real HTTP: the row is committed, then the event goes out, and no reconnect loses or doubles one.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { PackageApp } from './package_app.mjs';

describe('notifications of the Laravel package', { timeout: 120_000 }, () => {
    let app;
    before(async () => {
        app = await PackageApp.start();
    });
    afterEach(closeClients);
    after(() => app?.stop());

    const totals = (client) => client.events.map((event) => JSON.parse(event.data).total);

    test('an inbox shows what is unread, then what comes', async () => {
        const ani = await app.visitor(1);
        await app.post('/do/notify/1', { total: 1 });
        const client = await ani.open(openRaw, '/inbox');
        await client.waitForEvents(1);
        await app.post('/do/notify/1', { total: 2 });
        await app.post('/do/notify/2', { total: 99 }); // Budi's
        await client.waitForEvents(2);
        await sleep(200);
        assert.deepEqual(totals(client), [1, 2]);
        assert.ok(client.events.every((event) => event.event === 'notification' && JSON.parse(event.data).id));
    });

    test('over a hundred reconnects every notification comes exactly once', async () => {
        const budi = await app.visitor(2);
        const seen = [];
        let stop = false;
        const sender = (async () => {
            for (let total = 1000; total < 1060; total++) {
                await app.post('/do/notify/2', { total });
            }
            stop = true;
        })();
        let id = null;
        while (!stop || seen.at(-1) !== 1059) {
            const client = await budi.open(openRaw, '/inbox', id === null ? {} : { 'Last-Event-ID': id });
            await sleep(Math.random() * 40);
            await client.close();
            seen.push(...totals(client).filter((total) => total >= 1000));
            id = client.lastEventId ?? id;
        }
        await sender;
        // The very first stream began with rows, which may come once more from the log; clients see that by the id.
        assert.deepEqual([...new Set(seen)], Array.from({ length: 60 }, (_, index) => 1000 + index));
        assert.ok(seen.length <= 61, `${seen.length} arrived`);
    });

    test('sse:notify turns signals and list items into events, with one query each', async () => {
        const notify = app.startArtisan('sse:notify', '-v');
        await waitFor(() => /Waiting for signals on .*orders\.\*\.changed/.test(notify.output), 10_000, () => notify.output);
        const ani = await app.visitor(1);
        const tabs = await Promise.all([1, 2, 3].map(() => ani.open(openRaw, '/stream/orders')));
        const mine = await ani.open(openRaw, '/mine');
        await app.redis.client.command('PUBLISH', 'app:orders.7.changed', 'new');
        for (const tab of tabs) {
            const [event] = await tab.waitForEvents(1);
            assert.equal(event.event, 'counted');
            assert.deepEqual(JSON.parse(event.data), { signal: 'new', from: 'orders.7.changed', count: 0 });
        }
        await app.redis.client.command('RPUSH', 'app:reports', '1', 'broken', '1');
        await mine.waitForEvents(2);
        assert.equal(mine.events[0].event, 'report');
        // An item whose handler throws is put aside, and does not keep the others waiting.
        assert.deepEqual(await app.redis.client.command('LRANGE', 'app:reports:failed', '0', '-1'), ['broken']);
        assert.match(notify.output, /reports: no user: broken/);
        notify.kill('SIGTERM');
        await waitFor(() => notify.exitCode === 0, 5000, () => `sse:notify to end: ${notify.output}`);
    });
});
