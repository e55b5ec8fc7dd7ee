// The 13 systems of the guide, each by the name of its section: over real HTTP, Redis, database and queue worker.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { openCurl, openEventSource, openRaw } from '../lib/clients.mjs';
import { artisan } from '../lib/example.mjs';
import { start } from '../lib/process.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { json, namesIn, onExample } from './application.mjs';

const isPing = (frame) => frame.event === 'ping';

/**
 * Waits until the notifications of these names have arrived, and says that nothing else did. Rows of the same second have no
 * order in the database.
 */
async function expectNames(client, names, ms = 10_000) {
    await waitFor(() => namesIn(client).length >= names.length, ms, () => `${names}; received ${namesIn(client)}`);
    await sleep(200);
    assert.deepEqual(namesIn(client).sort(), [...names].sort());
}

onExample('sqlite', (app) => {
    test('1. Basics: the time arrives each second, in its second', async () => {
        const tab = await app.tab('/sse/basics');
        await tab.waitForEvents(3, 6000);
        const [first, second] = tab.events;
        assert.ok(Math.abs(second.at - first.at - 1000) < 300, `${second.at - first.at} ms between two events`);
        for (const { time } of json(tab.events)) {
            assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
        }
        await tab.close();
    });

    test('2. Data in Redis: items wait for a tab, and each is taken once, for all tabs of the hub', async () => {
        await app.post('/trigger/cache', { message: 'waits' });
        const first = await app.tab('/sse/cache');
        await first.waitForEvents(1);
        const second = await app.tab('/sse/cache');
        await waitFor(async () => (await app.example.hubStats()).clients === 2, 5000, 'both in the hub');
        const messages = Array.from({ length: 10 }, (_, index) => `message ${index}`);
        for (const message of messages) {
            await app.post('/trigger/cache', { message });
        }
        await first.waitForEvents(11);
        await second.waitForEvents(10);
        await sleep(200);
        const received = (tab) => json(tab.events).map((item) => item.message);
        assert.deepEqual([received(first), received(second)], [['waits', ...messages], messages]);
        assert.equal(await app.redis.command('EXISTS', 'sse_example_notifications'), 0, 'nothing is left');
        await Promise.all([first.close(), second.close()]);
    });

    test('5. Pub/Sub: what is published reaches every tab that listens, and is kept for nobody', async () => {
        assert.equal((await app.post('/trigger/publish', { message: 'too early' })).receivers, 0);
        const { clients } = await app.example.hubStats();
        const tabs = [await app.tab('/sse/pubsub'), await app.tab('/sse/pubsub')];
        await waitFor(async () => (await app.example.hubStats()).clients === clients + 2, 5000, 'both in the hub');
        await waitFor(
            async () => (await app.post('/trigger/publish', { message: 'now' })).receivers === 1,
            5000,
            'one subscription for both',
        );
        for (const tab of tabs) {
            await tab.waitForFrame((frame) => frame.data?.includes('now'));
            assert.ok(!tab.data.some((data) => data.includes('too early')));
            await tab.close();
        }
    });

    test('7. Separate server: without a session or a token there is nobody to stream to', async () => {
        const open = (path) => openRaw(app.example.url + path);
        for (const path of ['/sse/hub', '/sse/hub?user_id=1', '/sse/hub?token=guessed', '/sse/hub/redirect']) {
            const refused = await open(path);
            assert.equal(refused.status, 400, path);
            await refused.close();
        }
        const { url } = JSON.parse(await (await app.visitor.get('/sse/ticket?kind=token')).text());
        const accepted = await open(url.replace('/sse/token', '/sse/hub'));
        assert.equal(accepted.status, 200);
        await accepted.close();
    });

    test('7. Separate server: three tabs are one subscription, and the only PHP worker is free', async () => {
        const before = await app.example.hubStats();
        const tabs = [await app.tab('/sse/hub'), await app.tab('/sse/hub'), await app.tab('/sse/hub')];
        const { clients, handoffs } = await app.example.hubStats();
        assert.deepEqual([clients - before.clients, handoffs - before.handoffs], [3, 3]);

        const topic = 'sse_example_sse:notified:1';
        await app.redis.subscribed(topic);
        assert.deepEqual(await app.redis.command('PUBSUB', 'NUMSUB', topic), [topic, 1]);
        assert.equal((await app.visitor.get('/sections')).status, 200, 'the page, meanwhile');
        await app.register('Bertiga');
        for (const tab of tabs) {
            await tab.waitForFrame((frame) => frame.data?.includes('Bertiga'));
        }
        assert.equal(new Set(tabs.map((tab) => tab.events.at(-1).id)).size, 1, 'one event, of one query');
        await Promise.all(tabs.map((tab) => tab.close()));
        await waitFor(
            async () => (await app.redis.command('PUBSUB', 'NUMSUB', topic))[1] === 0,
            5000,
            'the end of the subscription',
        );
    });

    test('7. Separate server: PHP sends the browser to the hub without its knowing', async () => {
        const before = await app.example.hubStats();
        const tab = await app.tab('/sse/hub/redirect');
        assert.equal(tab.status, 200);
        assert.match(tab.headers['content-type'], /^text\/event-stream/);
        assert.equal(tab.headers['x-accel-redirect'], undefined);
        await tab.waitForFrame((frame) => frame.id !== null);
        const { http_streams: streams, handoffs } = await app.example.hubStats();
        assert.deepEqual([streams - before.http_streams, handoffs - before.handoffs], [1, 0]);
        await app.register('Dialihkan');
        await tab.waitForFrame((frame) => frame.data?.includes('Dialihkan'));
        await tab.close();
        const guessed = await openRaw(`${app.example.url}/sse-hub?ticket=guessed`);
        assert.equal(guessed.status, 404, 'the location is internal');
        await guessed.close();
    });

    test('7. Separate server: with a token a page talks to the hub directly', async () => {
        const { url } = JSON.parse(await (await app.visitor.get('/sse/ticket/hub')).text());
        const tab = await openRaw(app.example.url + url);
        assert.equal(tab.status, 200);
        await tab.waitForFrame((frame) => frame.id !== null);
        await app.register('Langsung');
        await tab.waitForFrame((frame) => frame.data?.includes('Langsung'));
        await tab.close();
        const forged = await openRaw(app.example.url + url.replace(/.{4}$/, 'AAAA'));
        assert.equal(forged.status, 401);
        await forged.close();
    });

    test('the page shows what the hub counts', async () => {
        const tab = await app.tab('/sse/crowd');
        const figures = JSON.parse(await (await app.visitor.get('/hub')).text());
        assert.ok(figures.streams >= 1 && figures.memory > 0, JSON.stringify(figures));
        assert.equal(figures.workers, 1);
        await tab.close();
    });

    test('8. Headers and buffers: compression, output buffers and throttling hold nothing back', async () => {
        const tab = await app.tab('/sse/headers', { 'Accept-Encoding': 'gzip, br' });
        assert.equal(tab.headers['content-type'], 'text/event-stream; charset=utf-8');
        assert.equal(tab.headers['cache-control'], 'no-cache, no-transform');
        assert.equal(tab.headers['content-encoding'], undefined);
        assert.equal(tab.headers['content-length'], undefined);
        await tab.waitForEvents(3, 5000);
        const [found, ...seconds] = json(tab.events);
        assert.ok(found.output_buffers > 0, 'there was an output buffer');
        assert.equal(found['zlib.output_compression'], '1');
        for (const [index, { at }] of seconds.entries()) {
            const late = performance.timeOrigin + tab.events[index + 1].at - at;
            assert.ok(late < 300, `an event was ${late} ms on its way`);
        }
        await tab.close();
    });

    test('9. Security: a token opens one stream, a signed URL cannot be altered, a cookie is enough', async () => {
        const { url: tokenUrl } = JSON.parse(await (await app.visitor.get('/sse/ticket?kind=token')).text());
        const { url: signedUrl } = JSON.parse(await (await app.visitor.get('/sse/ticket?kind=signed')).text());
        const open = async (path, headers = {}) => openRaw(app.example.url + path, { headers });
        const authorisedBy = async (client) => {
            assert.equal(client.status, 200);
            await client.waitForEvents(1);
            await client.close();
            return json(client.events)[0].authorised_by;
        };
        const refused = async (client) => {
            await client.close();
            assert.deepEqual(client.events, []);
            return client.status;
        };

        assert.equal(await authorisedBy(await open(tokenUrl)), 'token');
        assert.equal(await refused(await open(tokenUrl)), 403, 'the token again');
        assert.equal(await refused(await open('/sse/token?token=guessed')), 403);
        assert.equal(await refused(await open('/sse/token')), 403);

        assert.equal(await authorisedBy(await open(signedUrl)), 'signed');
        // 404: there is no such user, which Laravel finds before it looks at the signature.
        assert.equal(await refused(await open(signedUrl.replace(/signed\/\d+/, 'signed/4711'))), 404);
        assert.equal(await refused(await open(signedUrl.replace(/signature=./, 'signature=x'))), 403);
        assert.equal(await refused(await open(signedUrl.replace(/expires=\d+/, 'expires=99999999999'))), 403);

        assert.equal(await authorisedBy(await app.tab('/sse/cookie')), 'cookie');
        assert.equal(await refused(await open('/sse/cookie')), 401);
        assert.equal(await refused(await open('/sse/database')), 401);
    });

    test('10. Worker process: what the command hears of is followed by the stream, and resumed', async () => {
        const tab = await app.tab('/sse/worker');
        await tab.waitForFrame((frame) => frame.id !== null);
        await app.post('/trigger/worker', { message: 'one' });
        await tab.waitForEvents(1);
        await tab.close();
        await app.post('/trigger/worker', { message: 'two' });
        const later = await app.tab('/sse/worker', { 'Last-Event-ID': tab.lastEventId });
        await later.waitForEvents(1);
        assert.equal(later.events[0].event, 'worker');
        assert.deepEqual(json([...tab.events, ...later.events]).map((item) => item.message), ['one', 'two']);
        await later.close();
    });

    test('10. Worker process: the command ends by itself soon after SIGTERM', async () => {
        const { command, args, options } = artisan(app.example, 'sse:listen', 'another-channel');
        const listener = start(command, args, options);
        await waitFor(() => listener.output.includes('Listening'), 10_000, () => `the command:\n${listener.output}`);
        await app.redis.subscribed('sse_example_another-channel');
        const asked = performance.now();
        const ended = once(listener, 'exit');
        listener.kill('SIGTERM');
        const [code, signal] = await ended;
        const ms = performance.now() - asked;
        assert.deepEqual([code, signal], [0, null]);
        assert.match(listener.output, /Stopped/);
        assert.ok(ms < 1000, `${ms} ms`);
    });

    test('11. Worker and list: items wait in the list of the user and come once', async () => {
        await app.post('/trigger/worker', { message: 'waits' });
        const tab = await app.tab('/sse/worker-list');
        await tab.waitForFrame((frame) => frame.data?.includes('"waits"'));
        await app.post('/trigger/worker', { message: 'comes' });
        await tab.waitForFrame((frame) => frame.data?.includes('"comes"'));
        await tab.close();
        await sleep(100);
        await app.post('/trigger/worker', { message: 'alone' });
        await sleep(300);
        const next = await app.tab('/sse/worker-list');
        await next.waitForEvents(1);
        await sleep(200);
        assert.deepEqual(json(next.events).map((item) => item.message), ['alone']);
        await next.close();
    });

    test('12. Heartbeat: event: ping every two seconds, beside the messages', async () => {
        const tab = await app.tab('/sse/heartbeat');
        await waitFor(() => tab.frames.filter(isPing).length >= 2, 6000, 'two heartbeats');
        const [first, second] = tab.frames.filter(isPing);
        assert.equal(first.data, '{}');
        assert.ok(Math.abs(second.at - first.at - 2000) < 400, `${second.at - first.at} ms between two heartbeats`);
        await app.post('/trigger/publish', { message: 'beside' });
        await tab.waitForFrame((frame) => frame.data?.includes('beside'));
        await tab.close();
    });

    test('13. RPUSH and LRANGE: every tab reads all of the list, and continues after its last id', async () => {
        const ids = [];
        for (const message of ['one', 'two', 'three']) {
            ids.push((await app.post('/trigger/history', { message })).id);
        }
        const own = (tab) => tab.events.map((event) => event.id).filter((id) => ids.includes(id));
        const tabs = [await app.tab('/sse/history'), await app.tab('/sse/history')];
        for (const tab of tabs) {
            await waitFor(() => own(tab).length === 3, 5000, 'the list');
        }
        ids.push((await app.post('/trigger/history', { message: 'four' })).id);
        for (const tab of tabs) {
            await waitFor(() => own(tab).length === 4, 5000, 'the item that was added');
            assert.deepEqual(own(tab), ids);
            await tab.close();
        }
        const later = await app.tab(`/sse/history?last_seen_id=${ids[1]}`);
        await waitFor(() => own(later).length === 2, 5000, 'what came after the second');
        assert.deepEqual(own(later), ids.slice(2));
        await later.close();
        const [key] = await app.redis.command('KEYS', '*history:*');
        assert.ok((await app.redis.command('TTL', key)) > 0, 'the list has an end');
    });
});

for (const database of ['sqlite', 'pgsql']) {
    onExample(database, (app) => {
        test('3. Database: unread rows first, then each new one; a reconnect misses and doubles nothing', async () => {
            await app.register('Ani', 'Budi');
            const tab = await app.tab('/sse/database');
            await expectNames(tab, ['Ani', 'Budi']);
            await app.register('Citra');
            await expectNames(tab, ['Ani', 'Budi', 'Citra']);
            await tab.close();
            await app.register('Dewi', 'Eko');
            const again = await app.tab('/sse/database', { 'Last-Event-ID': tab.lastEventId });
            await expectNames(again, ['Dewi', 'Eko']);
            assert.equal(again.events.length, 2, 'a reconnect brings each once');
            assert.deepEqual(namesIn(again), ['Dewi', 'Eko'], 'the log is in order');
            await again.close();

            const ids = [...new Set(json([...tab.events, ...again.events]).map(({ id }) => id))].filter(Boolean);
            assert.equal((await app.post('/notifications/read', { ids })).read, 5);
            await app.register('Fitri');
            const fresh = await app.tab('/sse/database');
            await expectNames(fresh, ['Fitri']);
            await fresh.close();
        });

        test('4. Flag in Redis: every tab sees the flag move and asks the database', async () => {
            const tabs = [await app.tab('/sse/flag'), await app.tab('/sse/flag')];
            await sleep(1500);
            await app.register('Gita');
            for (const tab of tabs) {
                await waitFor(() => namesIn(tab).includes('Gita'), 5000, 'the notification');
                await sleep(1200);
                assert.equal(namesIn(tab).filter((name) => name === 'Gita').length, 1);
                await tab.close();
            }
        });

        test('6. Pub/Sub and database: a signal brings every row that was not sent, in every tab', async () => {
            const tabs = [await app.tab('/sse/signal'), await app.tab('/sse/signal')];
            const names = Array.from({ length: 10 }, (_, index) => `Signal-${index}`);
            await app.register(...names);
            for (const tab of tabs) {
                const received = () => namesIn(tab).filter((name) => name.startsWith('Signal-'));
                await waitFor(() => received().length >= 10, 15_000, () => `ten rows; received ${received()}`);
                assert.deepEqual(received().sort(), names);
                await tab.close();
            }
        });

        for (const [name, open] of Object.entries({ curl: openCurl, eventsource: openEventSource })) {
            test(`7. Separate server: the route says who may listen, the log says what was missed (${name})`, async () => {
                const first = await app.visitor.open(openRaw, '/sse/hub');
                await first.waitForFrame((frame) => frame.id !== null);
                // Rows come in their order: with this one all that earlier tests made are out.
                await app.register(`Mulai-${name}`);
                const { id } = await first.waitForFrame((frame) => frame.data?.includes(`Mulai-${name}`));
                await first.close();
                await app.register(`Hadi-${name}`);
                const client = await app.visitor.open(
                    (url, options) => open(url, { ...options, names: ['notification'] }),
                    '/sse/hub',
                    { 'Last-Event-ID': id },
                );
                await expectNames(client, [`Hadi-${name}`]);
                await app.register(`Indah-${name}`);
                await expectNames(client, [`Hadi-${name}`, `Indah-${name}`]);
                await client.close();
            });
        }
    });
}
