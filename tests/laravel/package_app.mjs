// The small application of laravel/tests/app: PHP-FPM with one worker behind nginx, a Redis, and the hub by `artisan sse:work`.
import { join } from 'node:path';
import { openRaw } from '../lib/clients.mjs';
import { Visitor } from '../lib/example.mjs';
import { hubStats } from '../lib/hub.mjs';
import { extension, repository, temporaryDirectory } from '../lib/paths.mjs';
import { freePort } from '../lib/port.mjs';
import { run, start, stop } from '../lib/process.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { startStack } from '../lib/stack.mjs';
import { waitFor } from '../lib/wait.mjs';

const app = join(repository, 'laravel/tests/app');

export class PackageApp {
    /** `env`: more settings of the application; `hub`: whether `sse:work` runs from the beginning. */
    static async start({ workers = 1, hub = true, env = {} } = {}) {
        await run(join(repository, 'tools/composer-install'), [join(repository, 'laravel')], { timeout: 300_000 });
        const self = new PackageApp();
        self.dir = temporaryDirectory('app');
        self.redis = await new RedisServer().start();
        self.port = await freePort();
        self.env = {
            APP_DIR: self.dir,
            REDIS_PORT: String(self.redis.port),
            HUB: join(self.dir, 'hub.sock'),
            LISTEN: `127.0.0.1:${self.port}`,
            SSE_REDIRECT: `http://127.0.0.1:${self.port}/sse`,
            ...env,
        };
        await self.artisan('app:install');
        self.stack = await startStack({ root: join(app, 'public'), workers, redis: 'none', env: self.env });
        self.url = self.stack.url;
        if (hub) {
            await self.startWork();
        }
        return self;
    }

    #php(...args) {
        return ['-d', `extension=${extension}`, join(app, 'artisan'), ...args];
    }

    /** Runs an artisan command to its end and returns what it wrote. */
    artisan(...args) {
        return run('php', this.#php(...args), { env: { ...process.env, ...this.env } });
    }

    /** Starts an artisan command that stays. */
    startArtisan(...args) {
        return start('php', this.#php(...args), { env: { ...process.env, ...this.env } });
    }

    async startWork() {
        this.work = this.startArtisan('sse:work');
        await this.hubIsReady(this.work);
        return this.work;
    }

    async hubIsReady(work) {
        await waitFor(
            async () => work.exitCode !== null || (await this.stats().catch(() => null))?.broker_ready,
            10_000,
            () => `sse:work:\n${work.output}`,
        );
    }

    stats() {
        return hubStats(this.env.HUB);
    }

    /** Waits until the hub carries so many streams. */
    async waitForStreams(count, ms = 5000) {
        let last;
        await waitFor(async () => (last = (await this.stats()).clients) === count, ms, () => `${count} streams, there are ${last}`);
    }

    /** A visitor who is logged in as the user of that number: 1 Ani, 2 Budi, 3 Citra; none: a guest. */
    async visitor(user = null) {
        const visitor = new Visitor(this.url);
        visitor.token = '';
        if (user !== null) {
            await visitor.post(`/do/login/${user}`, {});
        }
        return visitor;
    }

    /** Posts as a guest. */
    async post(path, body = {}) {
        const response = await fetch(this.url + path, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
            body: JSON.stringify(body),
        });
        const text = await response.text();
        if (!response.ok) {
            throw new Error(`${path}: ${response.status} ${text.slice(0, 1000)}`);
        }
        return text === '' ? null : JSON.parse(text);
    }

    open(path, headers) {
        return openRaw(this.url + path, { headers });
    }

    async stop() {
        await Promise.all([this.work && stop(this.work, 15_000), this.stack?.stop()]);
        await this.redis?.stop();
    }
}

/** Where the Echo connector opens a stream with these channels. */
export function channelQuery(...channels) {
    return `/broadcasting/sse?${new URLSearchParams(channels.map((channel) => ['channels[]', channel]))}`;
}
