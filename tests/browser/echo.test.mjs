// Laravel Echo in a real browser, against a server that speaks the contract of the endpoint over HTTP/1.1.
import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { buildPackage } from '../lib/js_package.mjs';
import { temporaryDirectory } from '../lib/paths.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { addFiles, page, pageFiles, script } from './echo_page.mjs';
import { EchoServer } from './echo_server.mjs';

const args = [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
];

describe('Laravel Echo in a browser', { timeout: 400_000 }, () => {
    const errors = [];
    let directory;
    let files;
    let browser;
    let context;
    let server;

    before(async () => {
        directory = await buildPackage();
        files = await pageFiles(directory);
        browser = await chromium.launch({
            executablePath: '/usr/bin/chromium', headless: true, args, ignoreDefaultArgs: ['--disable-back-forward-cache'],
        });
    });
    after(() => browser?.close());

    beforeEach(async () => {
        server = await EchoServer.start();
        server.page = (path) => files.get(path) ?? null;
        context = await browser.newContext();
        context.setDefaultTimeout(30_000);
        context.on('weberror', (error) => errors.push(String(error.error())));
    });
    afterEach(async () => {
        await context.close();
        await server.stop();
    });

    async function go(tab, options = {}, path = '/') {
        await tab.goto(`${server.url}${path}?with=${encodeURIComponent(JSON.stringify(options))}`);
        await tab.waitForFunction(() => window.live);
    }

    async function open(options, path) {
        const tab = await context.newPage();
        await go(tab, options, path);
        return tab;
    }

    const heard = (tab) => tab.evaluate(() => window.heard);
    const isShared = (tab) => tab.evaluate(() => window.echo.connector.isShared);
    const say = (data, channel = 'orders') => server.broadcast(channel, 'said', data);
    const hears = (tab, data) => tab.waitForFunction((what) => window.heard.includes(what), data);
    const channelsBecome = (channels) => waitFor(() => server.channels.join() === channels, 20_000, () => `${channels}; there is ${server.channels}`);

    test('seven tabs are live over one connection, and pages are still answered', async () => {
        const tabs = [];
        for (let i = 0; i < 7; i++) {
            tabs.push(await open({ channels: ['orders', `tab${i}`] }));
        }
        assert.equal(server.streams.size, 1);
        say('to all');
        say('to one', 'tab3');
        for (const tab of tabs) {
            await hears(tab, 'to all');
            assert.equal(await tab.evaluate(() => fetch('/echo.js').then(({ status }) => status)), 200);
        }
        await hears(tabs[3], 'to one');
        assert.deepEqual(await heard(tabs[2]), ['to all']);
        assert.deepEqual(await Promise.all(tabs.map(isShared)), tabs.map(() => true));
    });

    test('without SharedWorker each tab has a connection of its own', async () => {
        const tabs = [await open({ without: 'SharedWorker' }), await open({ without: 'SharedWorker' }), await open({ shared: false })];
        assert.equal(server.streams.size, 3);
        say('hello');
        for (const tab of tabs) {
            await hears(tab, 'hello');
            assert.equal(await isShared(tab), false);
        }
    });

    test('a worker that cannot be loaded, or is another script, is done without', async () => {
        files.set('/other.js', { type: 'text/javascript', body: 'globalThis.onconnect = () => undefined;' });
        const tabs = [await open({ worker: '/nowhere.js' }), await open({ worker: 'https://other.example/worker.js' }), await open({ worker: '/other.js' })];
        say('hello');
        for (const tab of tabs) {
            await hears(tab, 'hello');
            assert.equal(await isShared(tab), false);
        }
    });

    test('the worker may be at an address of its own', async () => {
        await addFiles(files, '/vendor/', join(directory, 'dist'));
        const tabs = [await open({ worker: '/vendor/worker.js' }), await open({ worker: '/vendor/worker.js' })];
        assert.deepEqual(await Promise.all(tabs.map(isShared)), [true, true]);
        assert.equal(server.streams.size, 1);
    });

    test('a tab that is closed releases its channels, also if it does not say so', async () => {
        const stays = await open();
        const closed = await open({ channels: ['orders', 'closed'] });
        const silent = await context.newPage();
        await silent.addInitScript(() => addEventListener('pagehide', (event) => event.stopImmediatePropagation()));
        await go(silent, { channels: ['orders', 'silent'] });
        await channelsBecome('closed,orders,silent');
        await silent.close();
        await channelsBecome('closed,orders');
        await closed.close();
        await channelsBecome('orders');
        say('still here');
        await hears(stays, 'still here');
        await stays.close();
        await channelsBecome('');
        assert.equal(server.requests.filter(({ method }) => method === 'GET').length, 1);
    });

    for (const [name, options] of [['the only tab', {}], ['one tab of two', { second: true }], ['a tab on its own connection', { shared: false }]]) {
        test(`a reload resumes by id: ${name}`, async () => {
            const { second, ...own } = options;
            const other = second ? await open() : null;
            const tab = await open(own);
            say('before');
            await hears(tab, 'before');
            await tab.goto(`${server.url}/elsewhere`);
            say('meanwhile');
            await go(tab, own);
            say('after');
            await hears(tab, 'after');
            assert.deepEqual(await heard(tab), ['meanwhile', 'after']);
            if (other) {
                assert.deepEqual(await heard(other), ['before', 'meanwhile', 'after']);
                assert.equal(server.requests.filter(({ method }) => method === 'GET').length, 1);
            }
        });
    }

    test('reloads in the middle of broadcasts miss none and double none', async () => {
        const tab = await open();
        await open();
        const all = [];
        let next = 0;
        const timer = setInterval(() => say((next += 1)), 5);
        for (let i = 0; i < 5; i++) {
            await sleep(100);
            // What a page has heard it has shown: read in the very moment in which it goes.
            await tab.evaluate(() => addEventListener('pagehide', () => sessionStorage.setItem('shown', JSON.stringify(window.heard))));
            await tab.reload();
            all.push(...(await tab.evaluate(() => JSON.parse(sessionStorage.getItem('shown')))));
            await tab.waitForFunction(() => window.live);
        }
        clearInterval(timer);
        await hears(tab, next);
        all.push(...(await heard(tab)));
        assert.deepEqual(all, Array.from({ length: next }, (_, index) => index + 1));
    });

    test('tabs of different users do not mix, of one identity they do', async () => {
        await open({ token: 'of-ani' });
        await open({ token: 'of-budi' });
        await open({ token: 'of-budi', bearerToken: 'key' });
        assert.equal(server.streams.size, 3);
        await open({ token: 'of-ani', identity: 7 });
        await open({ token: 'of-ani-later', identity: 7, channels: ['more'] });
        assert.equal(server.streams.size, 4);
        assert.equal(server.requests.at(-1).headers['x-csrf-token'], 'of-ani-later');
    });

    test('a network that is back ends the wait', async () => {
        server.retry = 60_000;
        const tab = await open({ shared: false });
        server.drop();
        await waitFor(() => server.streams.size === 0, 5_000, 'the stream to end');
        await context.setOffline(true);
        await context.setOffline(false);
        await waitFor(() => server.streams.size === 1, 5_000, 'the reconnect');
        say('again');
        await hears(tab, 'again');
        assert.equal(server.requests.length, 2);
    });

    for (const shared of [true, false]) {
        test(`a page out of the back/forward cache goes on where it was (shared: ${shared})`, async () => {
            const other = await open();
            const tab = await open({ shared });
            await tab.evaluate(() => addEventListener('pageshow', ({ persisted }) => window.heard.push(persisted)));
            say('before');
            await hears(tab, 'before');
            await tab.goto(`${server.url}/elsewhere`);
            say('meanwhile');
            await hears(other, 'meanwhile');
            await tab.goBack({ waitUntil: 'commit' });
            say('after');
            await hears(tab, 'after');
            assert.deepEqual(await heard(tab), ['before', true, 'meanwhile', 'after']);
        });
    }

    test('SseClient does without Echo, and wakes with its page', async () => {
        server.retry = 60_000;
        const tab = await context.newPage();
        await tab.goto(`${server.url}/elsewhere`);
        await tab.evaluate(async () => {
            const { SseClient } = await import('/js/client.js');
            window.heard = [];
            window.client = new SseClient('/broadcasting/sse?channels[]=orders');
            window.client.on('broadcast', (event) => window.heard.push(event.json().data));
        });
        await tab.waitForFunction(() => window.client.state === 'open');
        say('before');
        await hears(tab, 'before');
        server.drop();
        await tab.waitForFunction(() => window.client.state === 'connecting');
        say('meanwhile');
        await tab.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
        await hears(tab, 'meanwhile');
        assert.equal(server.requests.at(-1).headers['last-event-id'], '1-0');
        await tab.evaluate(() => window.client.close());
        await waitFor(() => server.streams.size === 0, 5_000, 'the stream to end');
    });

    test('a build by Vite has the worker in it', async () => {
        const { build } = await import(pathToFileURL(join(directory, 'node_modules/vite/dist/node/index.js')));
        const project = temporaryDirectory('vite');
        await mkdir(join(project, 'node_modules'));
        await symlink(directory, join(project, 'node_modules/laravel-echo-sse'));
        await symlink(join(directory, 'node_modules/laravel-echo'), join(project, 'node_modules/laravel-echo'));
        await writeFile(join(project, 'index.html'), page('<script type="module" src="/main.js"></script>'));
        await writeFile(join(project, 'main.js'), script('laravel-echo', 'laravel-echo-sse'));
        await build({ root: project, base: '/built/', logLevel: 'warn', configFile: false });
        await addFiles(files, '/built/assets/', join(project, 'dist/assets'));
        files.set('/built/', { type: 'text/html', body: await readFile(join(project, 'dist/index.html')) });
        const tabs = [await open({}, '/built/'), await open({}, '/built/')];
        assert.deepEqual(await Promise.all(tabs.map(isShared)), [true, true]);
        assert.equal(server.streams.size, 1);
    });

    test('the pages have thrown no error', () => {
        assert.deepEqual(errors, []);
    });
});
