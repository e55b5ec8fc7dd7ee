// A worker loop that keeps Octane's contract (laravel/tests/app/octane.php): redirect by default, inline on request, flat memory.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { extension, repository } from '../lib/paths.mjs';
import { freePort } from '../lib/port.mjs';
import { start, stop } from '../lib/process.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { PackageApp } from './package_app.mjs';

describe('the Laravel package in a loop like Octane\'s', { timeout: 120_000 }, () => {
    let app;
    let worker;
    let url;
    before(async () => {
        app = await PackageApp.start();
        url = `127.0.0.1:${await freePort()}`;
        worker = start('php', ['-d', `extension=${extension}`, join(repository, 'laravel/tests/app/octane.php'), url], {
            env: { ...process.env, ...app.env, LARAVEL_OCTANE: '1' },
        });
        await waitFor(() => /serving/.test(worker.output) || worker.exitCode !== null, 10_000, () => worker.output);
        url = `http://${url}`;
    });
    afterEach(closeClients);
    after(async () => {
        if (worker) {
            await stop(worker);
        }
        await app?.stop();
    });

    const publish = (data) => app.post('/do/publish', { topic: 'news', data });
    const redisClients = async () => Number(/connected_clients:(\d+)/.exec(await app.redis.client.command('INFO', 'clients'))[1]);

    test('a stream goes to the hub with a ticket, and the worker is free', async () => {
        const clients = [];
        for (let index = 0; index < 10; index++) {
            const answer = await fetch(`${url}/stream/news`, { redirect: 'manual' });
            assert.equal(answer.status, 307);
            clients.push(await openRaw(answer.headers.get('location')));
        }
        await app.waitForStreams(10);
        await publish('to all');
        for (const client of clients) {
            assert.equal((await client.waitForEvents(1))[0].data, 'to all');
        }
    });

    test('a browser that reconnects asks Laravel again, and continues from its id', async () => {
        const first = await openRaw((await fetch(`${url}/stream/news`, { redirect: 'manual' })).headers.get('location'));
        await publish('one');
        await first.waitForEvents(1);
        await first.close();
        await publish('two');
        const answer = await fetch(`${url}/stream/news`, { redirect: 'manual', headers: { 'Last-Event-ID': first.lastEventId } });
        const second = await openRaw(answer.headers.get('location'));
        assert.equal((await second.waitForEvents(1))[0].data, 'two');
    });

    test('inline on request, each event leaves as it comes, and a client that left frees the worker within 2 s', async () => {
        const client = await openRaw(`${url}/inline`);
        await sleep(300);
        for (const word of ['one', 'two']) {
            await publish(word);
            await waitFor(() => client.data.at(-1) === word, 2000, () => `${word}, got ${client.data}`);
        }
        await client.close();
        const answer = await fetch(`${url}/empty`, { signal: AbortSignal.timeout(2500) });
        assert.equal(answer.status, 200);
    });

    test('a stream that PHP feeds is refused with the way out, instead of holding the worker unasked', async () => {
        const answer = await fetch(`${url}/ticking`, { headers: { Accept: 'application/json' } });
        assert.equal(answer.status, 500);
        assert.match((await answer.json()).message, /call inline\(\)/);
    });

    test('over 1,000 requests memory and Redis connections stay flat', async () => {
        const memory = async () => (await (await fetch(`${url}/memory`)).json()).bytes;
        const round = async (count) => {
            for (let index = 0; index < count; index++) {
                const path = ['/stream/news', '/empty', '/stream/other?x=1'][index % 3];
                const answer = await fetch(url + path, { redirect: 'manual' });
                assert.ok(answer.status === 307 || answer.status === 200, `${path}: ${answer.status}`);
                await answer.text();
            }
        };
        await round(150);
        const [bytes, connections] = [await memory(), await redisClients()];
        await round(1000);
        const [more, moreConnections] = [await memory(), await redisClients()];
        assert.ok(more - bytes < 200_000, `${more - bytes} bytes in 1,000 requests`);
        assert.ok(moreConnections <= connections, `${connections} connections, then ${moreConnections}`);
    });

    test('a worker that stops closes its Redis connection', async () => {
        await (await fetch(`${url}/do/publish`, {
            method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"topic":"news","data":1}',
        })).text();
        const connections = await redisClients();
        worker.kill('SIGTERM');
        await waitFor(() => /connections closed/.test(worker.output), 5000, () => worker.output);
        await waitFor(async () => await redisClients() === connections - 1, 2000, 'one connection less');
        await waitFor(() => worker.exitCode === 0, 5000, () => worker.output);
    });
});
