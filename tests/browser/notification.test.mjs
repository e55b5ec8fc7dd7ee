// The page of the Laravel example in a real browser.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { startExample } from '../lib/example.mjs';
import { sleep } from '../lib/wait.mjs';

const args = [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
];

describe('the page of the Laravel example', { timeout: 180_000 }, () => {
    let example;
    let browser;
    let page;
    const errors = [];

    before(async () => {
        example = await startExample();
        browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args });
        page = await (await browser.newContext()).newPage();
        page.setDefaultTimeout(15_000);
        page.on('pageerror', (error) => errors.push(String(error)));
    });
    after(async () => {
        await browser?.close();
        await example?.stop();
    });

    const live = () => page.locator('#section-3[data-state="live"]').waitFor();
    const register = async (name) => {
        await page.fill('#register #name', name);
        // The answer first: a reload would break the request off.
        await Promise.all([page.waitForResponse('**/users'), page.click('#register button')]);
    };
    const messages = (tab) => tab.locator('#section-3 .events .message');
    const waitForName = (tab, name) => messages(tab).filter({ hasText: `${name} ` }).first().waitFor();
    /** The names that the notifications of a tab speak of. */
    const shown = async (tab) => (await messages(tab).allTextContents()).map((message) => message.split(' ')[0]).sort();

    test('a notification that a queued job makes appears without a reload', async () => {
        await page.goto(`${example.url}/sections`);
        await live();
        await register('Ani');
        await waitForName(page, 'Ani');
        assert.deepEqual(await shown(page), ['Ani']);
    });

    test('a reload in the middle of notifications misses none and doubles none', async () => {
        const names = ['Budi', 'Citra', 'Dewi', 'Eko', 'Fitri', 'Gita'];
        for (const [index, name] of names.entries()) {
            await register(name);
            if (index % 2 === 0) {
                await page.reload();
            }
        }
        await live();
        for (const name of names) {
            await waitForName(page, name);
        }
        await sleep(500);
        assert.deepEqual(await shown(page), ['Ani', ...names].sort());
    });

    test('a second tab shows the same notifications', async () => {
        const tab = await page.context().newPage();
        await tab.goto(`${example.url}/sections`);
        await waitForName(tab, 'Gita');
        await sleep(300);
        assert.deepEqual(await shown(tab), await shown(page));
        await tab.close();
    });

    test('the page has thrown no error', () => {
        assert.deepEqual(errors, []);
    });
});
