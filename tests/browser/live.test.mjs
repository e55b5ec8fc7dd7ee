// The live desk of the Laravel example in real browsers: several users, several tabs. It also takes the pictures of the README.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { artisan, startExample, Visitor } from '../lib/example.mjs';
import { temporaryDirectory } from '../lib/paths.mjs';
import { run } from '../lib/process.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';

const args = [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
];
const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };
/** A tab that goes is kept for a reload: by the page's worker, and then by the hub, 3 seconds each. */
const leaves = 15_000;

describe('the live desk', { timeout: 240_000 }, () => {
    const errors = [];
    const pictures = process.env.SCREENSHOT_DIR || temporaryDirectory('pictures');
    let example;
    let browser;
    let ani;
    let budi;

    before(async () => {
        mkdirSync(pictures, { recursive: true });
        example = await startExample();
        browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args });
        [ani, budi] = await Promise.all(['ani', 'budi'].map(signIn));
    });
    after(async () => {
        await closeClients();
        await browser?.close();
        await example?.stop();
    });

    /** A browser of its own, whose first tab is at the desk. */
    async function signIn(name) {
        const context = await browser.newContext({ viewport: sizes.wide });
        context.setDefaultTimeout(15_000);
        context.on('weberror', (error) => errors.push(`${name}: ${error.error()}`));
        const page = await context.newPage();
        await page.goto(`${example.url}/login?as=${name}`);
        await isLive(page);
        return page;
    }

    async function open(page) {
        const tab = await page.context().newPage();
        await tab.goto(`${example.url}/live`);
        await isLive(tab);
        return tab;
    }

    async function isLive(page) {
        await page.locator('#connection[data-state="live"]').waitFor();
        await page.locator('#orders[data-live]').waitFor();
    }

    /** Takes an order, and returns its number. */
    async function takeOrder(page) {
        const [answer] = await Promise.all([
            page.waitForResponse((response) => response.url().endsWith('/live/orders') && response.request().method() === 'POST'),
            page.click('#take-order'),
        ]);
        return (await answer.json()).id;
    }

    const unread = (page, count) => page.locator(`#bell[data-unread="${count}"]`).waitFor();
    const row = (page, id) => page.locator(`#orders tr[data-id="${id}"]`);
    const present = (page, count, timeout = 15_000) => page.locator(`#people[data-count="${count}"]`).waitFor({ timeout });
    const names = async (page) => (await page.locator('#people li:not([data-leaving]) .name').allTextContents()).sort();

    async function photograph(page, name) {
        for (const [size, viewport] of Object.entries(sizes)) {
            await page.setViewportSize(viewport);
            await page.evaluate(() => scrollTo(0, 0));
            for (const colorScheme of ['light', 'dark']) {
                await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
                await page.screenshot({ path: join(pictures, `live-${name}-${size}-${colorScheme}.png`) });
            }
        }
        await page.setViewportSize(sizes.wide);
        await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
    }

    test('there is a hint while there are no orders', async () => {
        assert.match(await ani.locator('#orders .nothing').innerText(), /orders:simulate/);
        await photograph(ani, 'empty');
    });

    test('the bell counts, and a reload misses and doubles nothing', async () => {
        await takeOrder(ani);
        await takeOrder(ani);
        await unread(budi, 2);
        await unread(ani, 0);
        // Taken while Budi's page is loaded: it comes from the database, from the log, or from both.
        await Promise.all([budi.reload(), takeOrder(ani)]);
        await unread(budi, 3);
        await sleep(500);
        const ids = await budi.locator('#bell li').evaluateAll((items) => items.map((item) => item.dataset.id));
        assert.equal(new Set(ids).size, 3);
        assert.equal(ids.length, 3);
        await budi.click('#bell .icon');
        await photograph(budi, 'bell');
    });

    test('what was read is read in all tabs, and stays so', async () => {
        const tab = await open(budi);
        await unread(tab, 3);
        await budi.locator('#bell li button').first().click();
        await unread(tab, 2);
        await tab.click('#bell .icon');
        await tab.click('[data-read-all]');
        await unread(budi, 0);
        await budi.reload();
        await isLive(budi);
        await sleep(300);
        await unread(budi, 0);
        await tab.close();
    });

    test('an order that moves on does so in the windows of both users', async () => {
        const id = await takeOrder(ani);
        await row(budi, id).waitFor();
        await row(budi, id).locator('button').click();
        for (const page of [budi, ani]) {
            await page.locator(`#orders tr[data-id="${id}"][data-status="paid"]`).waitFor();
        }
        await sleep(500);
        // Twice each: placed and paid. Who caused it has it from the answer, and not once more from the channel.
        for (const page of [budi, ani]) {
            assert.equal(await row(page, id).getAttribute('data-flashes'), '2');
        }
    });

    test('a hub that dies is started again, and the pages go on where they were', async () => {
        const before = Number(await budi.locator('#bell').getAttribute('data-unread'));
        process.kill((await example.hubStats()).pid, 'SIGKILL');
        for (const page of [ani, budi]) {
            await page.locator('#connection[data-state="reconnecting"]').waitFor();
        }
        const id = await takeOrder(ani);
        await Promise.all([ani, budi].map((page) => page.locator('#connection[data-state="live"]').waitFor({ timeout: 30_000 })));
        await row(budi, id).waitFor();
        await unread(budi, before + 1);
        assert.equal(await row(budi, id).count(), 1);
    });

    test('two users, two tabs of one: who leaves is gone after the grace, and not before', async () => {
        await present(ani, 2);
        assert.deepEqual(await names(budi), ['Ani', 'Budi']);
        const first = await signIn('citra');
        const second = await open(first);
        await present(ani, 3);
        await second.close();
        await sleep(7_000);
        assert.deepEqual(await names(ani), ['Ani', 'Budi', 'Citra'], 'one tab of Citra is left');
        await first.reload();
        await present(first, 3);
        const went = performance.now();
        await first.close();
        await present(ani, 2, leaves);
        assert.ok(performance.now() - went > 2_500, 'a reload would have had time to come back');
        await present(budi, 2);
        assert.deepEqual(await names(budi), ['Ani', 'Budi']);
        await first.context().close();
    });

    test('orders that move by themselves: the desk at work', async () => {
        const others = await Promise.all(['citra', 'dewi'].map(signIn));
        const { command, args: line, options } = artisan(example, 'orders:simulate', '--every=0.05', '--changes=32');
        await run(command, line, { ...options, timeout: 60_000 });
        await waitFor(async () => (await ani.locator('#orders tbody tr').count()) >= 8, 15_000, 'the orders');
        await present(ani, 4);
        await sleep(1_000);
        assert.deepEqual(await stations(budi), await stations(ani));
        await photograph(ani, 'desk');
        await Promise.all(others.map((page) => page.context().close()));
    });

    test('a tab that shows somebody else than the last login is loaded anew', async () => {
        const dewi = await signIn('dewi');
        const tab = await open(dewi);
        await tab.goto(`${example.url}/login?as=citra`);
        await dewi.locator('.who summary .name', { hasText: 'Citra' }).waitFor();
        await isLive(dewi);
        await dewi.context().close();
    });

    const stations = (page) => page.locator('#orders tbody tr').evaluateAll((lines) => lines.map(({ dataset }) => `${dataset.id} ${dataset.status}`));

    test('streams and workers: many streams, and no worker that holds one', async () => {
        const visitor = await Visitor.signIn(example.url);
        for (let count = 0; count < 120; count++) {
            await visitor.open(openRaw, '/sse/crowd');
        }
        await budi.goto(`${example.url}/live/streams`);
        await budi.waitForFunction(() => Number(document.querySelector('#lead').dataset.streams) >= 120);
        await budi.waitForFunction(() => document.querySelector('#lead').dataset.busy === '0');
        assert.match(await budi.locator('[data-figure="workers"]').innerText(), /^0 of 1$/);
        await budi.waitForFunction(() => document.querySelector('[data-tile="each"] .value').textContent.endsWith('KiB'));
        for (let count = 0; count < 8; count++) {
            await visitor.post('/trigger/announce', { message: 'to all' });
        }
        await budi.click('#all summary');
        await budi.locator('#all tbody th', { hasText: /^clients$/ }).waitFor();
        await budi.click('#all summary');
        await sleep(2_500);
        await photograph(budi, 'streams');
    });

    test('the pages have thrown no error', () => {
        assert.deepEqual(errors, []);
    });
});
