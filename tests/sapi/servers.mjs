// Runs the same cases against PHP-FPM behind nginx and against PHP's built-in server.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe } from 'node:test';
import { closeClients, openCurl, openEventSource } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { sapiDocroot as root, temporaryDirectory } from '../lib/paths.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { startPhpServer, startStack } from '../lib/stack.mjs';
import { waitFor } from '../lib/wait.mjs';

export const clients = { curl: openCurl, eventsource: openEventSource };

/** A name that no other test uses, for topics, channels, lists and pages. */
export const unique = (what) => `${what}-${randomUUID()}`;

/** stream.php with these parameters; `options` are SseStream's. */
export function query(page, parameters) {
    const values = Object.entries(parameters).map(([name, value]) => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]);
    return `/${page}?${new URLSearchParams(values)}`;
}

const readIfThere = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

async function startFpm({ forks, ...settings }) {
    const stack = await startStack({ root, redis: 'none', ...settings });
    const read = (file) => readIfThere(join(stack.dir, file));
    return {
        streams: stack.url,
        pages: stack.url,
        stack,
        log: () => read('php.log'),
        assertHealthy: () => assert.doesNotMatch(read('php-fpm.log'), /exited on signal/),
        stop: stack.stop,
    };
}

// The built-in server answers one request at a time, so that pages need a second one while a stream is open. With one process
// it holds no stream that a hub was to carry; `forks` makes it several.
async function startBuiltIn({ workers, forks = 0, env, ...settings }) {
    const several = forks > 0 ? { PHP_CLI_SERVER_WORKERS: String(forks) } : {};
    const streams = await startPhpServer({ root, env: { ...env, ...several }, ...settings });
    const pages = await startPhpServer({ root, env, ...settings });
    return {
        streams: streams.url,
        pages: pages.url,
        log: () => streams.child.output,
        assertHealthy: () => assert.equal(streams.child.signalCode, null, streams.child.output),
        stop: async () => {
            await streams.stop();
            await pages.stop();
        },
    };
}

const kinds = { 'PHP-FPM': startFpm, 'php -S': startBuiltIn };

async function startServer(start, { ini = {}, hub: hubOptions = null, ...settings }) {
    const redis = await new RedisServer().start();
    const hub = hubOptions === null ? null : await new Hub(redis, hubOptions).start();
    const notesFile = join(temporaryDirectory('notes'), 'notes');
    const server = await start({
        ...settings,
        ini: { 'sse.redis': `redis://127.0.0.1:${redis.port}`, ...(hub ? { 'sse.hub': hub.control } : {}), ...ini },
        env: { SSE_TEST_NOTES: notesFile },
    });
    const notes = (page) => {
        const lines = readIfThere(notesFile).split('\n').filter(Boolean);
        return lines.map((line) => JSON.parse(line)).filter((note) => note.page === page);
    };
    return {
        ...server,
        /** With the setting `hub`, which holds SseHub's options: one that the pages hand their streams over to. */
        hub,
        redisServer: redis,
        redis: redis.client,
        /** The address of a stream. */
        stream: (page, parameters = {}) => server.streams + query(page, parameters),
        /** The body of a page, asked for while streams are open. */
        page: async (page, parameters = {}) => {
            const response = await fetch(server.pages + query(page, parameters), { signal: AbortSignal.timeout(60_000) });
            assert.equal(response.status, 200, `${page}: ${response.status}`);
            return response.text();
        },
        /** Publishes `count` numbers from `from` on and returns their ids. */
        async publish(topic, { from = 1, count = 1, ...rest } = {}) {
            return JSON.parse(await this.page('publish.php', { topic, from, count, ...rest }));
        },
        /** What the page noted last, once it has. */
        note: (page, ms = 5000) =>
            waitFor(() => notes(page).at(-1), ms, () => `a note of ${page}; the log:\n${server.log()}`),
        notes,
        stop: async () => {
            await server.stop();
            await hub?.stop();
            await redis.stop();
        },
    };
}

/** Calls define(server, kind) within a suite for each kind of server; `server` is filled when its tests run. */
export function onEveryServer(define, settings = {}) {
    for (const [kind, start] of Object.entries(kinds)) {
        onServer(kind, start, define, settings);
    }
}

/** The same for PHP-FPM alone. */
export function onFpm(define, settings = {}) {
    onServer('PHP-FPM', startFpm, define, settings);
}

/** The same for PHP's built-in server alone. */
export function onPhpServer(define, settings = {}) {
    onServer('php -S', startBuiltIn, define, settings);
}

function onServer(kind, start, define, settings) {
    describe(kind, { timeout: 300_000 }, () => {
        const server = {};
        before(async () => Object.assign(server, await startServer(start, settings)));
        afterEach(closeClients);
        after(async () => {
            server.assertHealthy?.();
            await server.stop?.();
        });
        define(server, kind);
    });
}
