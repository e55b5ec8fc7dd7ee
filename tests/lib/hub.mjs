// A hub of its own for a test, as `php artisan sse:work` would run it, and the credentials to talk to it.
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { extension, temporaryDirectory } from './paths.mjs';
import { freePort } from './port.mjs';
import { run, start, stop } from './process.mjs';
import { waitFor } from './wait.mjs';

export const secret = 'a secret of at least thirty-two bytes';

const php = ['-n', '-d', `extension=${extension}`];
const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A signed token; `claims.exp` is in an hour unless given. */
export function token(claims, { key = secret, header = { alg: 'HS256', typ: 'JWT' } } = {}) {
    const head = `${encode(header)}.${encode({ exp: Math.floor(Date.now() / 1000) + 3600, ...claims })}`;
    return `${head}.${createHmac('sha256', key).update(head).digest('base64url')}`;
}

const isOpen = (port) =>
    new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
            socket.destroy();
            resolve(true);
        });
        socket.on('error', () => resolve(false));
    });

export class Hub {
    #child = null;

    /** @param redis a RedisServer, or null for the broker inside the hub */
    constructor(redis, options = {}) {
        this.dir = temporaryDirectory('hub');
        this.control = join(this.dir, 'hub.sock');
        this.options = {
            control: this.control,
            redis: redis === null ? 'memory:' : `redis://127.0.0.1:${redis.port}`,
            jwtSecret: secret,
            ...options,
        };
    }

    async start(options = {}) {
        this.port ??= await freePort();
        const all = { listen: `127.0.0.1:${this.port}`, ...this.options, ...options };
        this.#child = start('php', [...php, '-r', '(new SseHub(json_decode($argv[1], true)))->run();', JSON.stringify(all)]);
        await waitFor(() => this.#child.exitCode !== null || / started /.test(this.log), 10_000, () => `the hub:\n${this.log}`);
        await waitFor(() => isOpen(this.port), 5000, () => `the hub's listener:\n${this.log}`);
        if (all.redis !== 'memory:') {
            await waitFor(async () => (await this.stats()).broker_ready === true, 5000, () => `Redis:\n${this.log}`);
        }
        return this;
    }

    get child() {
        return this.#child;
    }

    get pid() {
        return this.#child.pid;
    }

    /** All that it wrote, its log. */
    get log() {
        return this.#child?.output ?? '';
    }

    /** Where a stream is, with these claims in its token. */
    url(claims, query = {}) {
        return `http://127.0.0.1:${this.port}/sse?${new URLSearchParams({ token: token(claims), ...query })}`;
    }

    async stats() {
        return JSON.parse(await run('php', [...php, '-r', 'echo json_encode(SseHub::stats($argv[1]));', this.control]));
    }

    /** SIGTERM, and the end of the drain. */
    async stop() {
        await stop(this.#child, 15_000);
    }

    async kill() {
        const gone = new Promise((resolve) => this.#child.once('exit', resolve));
        this.#child.kill('SIGKILL');
        await gone;
    }
}
