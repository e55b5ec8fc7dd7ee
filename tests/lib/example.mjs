// The Laravel application of examples/laravel, and a visitor who is signed in to it.
import assert from 'node:assert/strict';
import { hubStats } from './hub.mjs';
import { extension, repository } from './paths.mjs';
import { run } from './process.mjs';
import { startScript } from './ready.mjs';
import { RedisClient } from './redis.mjs';

const app = `${repository}/examples/laravel`;

/** Returns { url, dir, env, redis, hubStats(), stop() }; redis is null with the broker inside the hub. */
export async function startExample({ database = 'sqlite', broker = 'redis', server = 'fpm' } = {}) {
    // The first time it asks Composer for Laravel.
    await run(`${app}/install`, [], { timeout: 300_000 });
    const args = ['--database', database, '--broker', broker, '--server', server, '--extension', extension];
    const example = await startScript('examples/laravel/serve', args, 60_000);
    const redis = broker === 'redis' ? new RedisClient(example.env.REDIS_PORT) : null;
    return {
        ...example,
        redis,
        hubStats: () => hubStats(example.env.HUB_CONTROL),
        stop: async () => {
            redis?.close();
            await example.stop();
        },
    };
}

/** The command line of an artisan command of a running example. */
export function artisan(example, ...args) {
    return {
        command: 'php',
        args: ['-d', `extension=${extension}`, `${app}/artisan`, ...args],
        options: { env: { ...process.env, EXAMPLE_DIR: example.dir } },
    };
}

/** A browser's session without the browser: cookies and the CSRF token of the page. */
export class Visitor {
    #cookies = new Map();

    constructor(url) {
        this.url = url;
    }

    /** Opens the page, which signs the visitor in. */
    static async signIn(url) {
        const visitor = new Visitor(url);
        let path = '/';
        for (let hop = 0; hop < 5; hop++) {
            const response = await visitor.get(path);
            if (response.status === 200) {
                visitor.token = /name="csrf-token" content="([^"]+)"/.exec(await response.text())[1];
                return visitor;
            }
            assert.equal(response.status, 302, `${path}: ${response.status} ${await response.text()}`);
            path = new URL(response.headers.get('location'), url).pathname;
        }
        throw new Error('the page redirects without end');
    }

    get cookieHeader() {
        return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    }

    async #fetch(path, options = {}) {
        const response = await fetch(this.url + path, {
            redirect: 'manual',
            signal: AbortSignal.timeout(20_000),
            ...options,
            headers: { Cookie: this.cookieHeader, ...options.headers },
        });
        // Not getSetCookie(), which Debian's Node 18 does not have; a comma stands in dates too.
        for (const cookie of response.headers.get('set-cookie')?.split(/,\s*(?=[^;,\s]+=)/) ?? []) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
            this.#cookies.set(name, value);
        }
        return response;
    }

    get(path) {
        return this.#fetch(path);
    }

    /** Posts JSON and returns the JSON of the answer. */
    async post(path, body) {
        const response = await this.#fetch(path, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-TOKEN': this.token },
            body: JSON.stringify(body),
        });
        const text = await response.text();
        assert.ok(response.ok, `${path}: ${response.status} ${text.slice(0, 2000)}`);
        return JSON.parse(text);
    }

    /** Opens a stream with one of the clients of clients.mjs, with the cookies of this visitor. */
    open(client, path, headers = {}) {
        return client(this.url + path, { headers: { Cookie: this.cookieHeader, ...headers } });
    }
}
