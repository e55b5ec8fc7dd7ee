// A hub of its own for a test, as `php artisan sse:work` would run it, and the credentials to talk to it.
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach } from 'node:test';
import { closeClients } from './clients.mjs';
import { extension, temporaryDirectory } from './paths.mjs';
import { freePort } from './port.mjs';
import { run, start, stop } from './process.mjs';
import { RedisServer } from './redis.mjs';
import { waitFor } from './wait.mjs';

export const secret = 'a secret of at least thirty-two bytes';

const php = ['-n', '-d', `extension=${extension}`];
/** What the hub itself runs with: another PHP and build, where only hubs are to have the sanitizers. */
const hubPhp = process.env.SSE_HUB_PHP ?? 'php';
const hubExtension = process.env.SSE_HUB_EXTENSION ?? extension;
const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A signed token; `claims.exp` is in an hour unless given. */
export function token(claims, { key = secret, header = { alg: 'HS256', typ: 'JWT' } } = {}) {
    const head = `${encode(header)}.${encode({ exp: Math.floor(Date.now() / 1000) + 3600, ...claims })}`;
    return `${head}.${createHmac('sha256', key).update(head).digest('base64url')}`;
}

/** What the hub at this control socket counts. */
export async function hubStats(control) {
    return JSON.parse(await run('php', [...php, '-r', 'echo json_encode(SseHub::stats($argv[1]));', control]));
}

const isOpen = (port, host) =>
    new Promise((resolve) => {
        const socket = connect(port, host, () => {
            socket.destroy();
            resolve(true);
        });
        socket.on('error', () => resolve(false));
    });

export class Hub {
    #child = null;

    /** @param redis a RedisServer, or null for the broker inside the hub */
    constructor(redis, options = {}) {
        this.redis = redis;
        this.host = '127.0.0.1';
        this.wrap = []; // command that runs it
        this.dir = temporaryDirectory('hub');
        this.control = join(this.dir, 'hub.sock');
        this.options = {
            control: this.control,
            redis: redis === null ? 'memory:' : `redis://127.0.0.1:${redis.port}`,
            jwtSecret: secret,
            ...options,
        };
    }

    /** waitForBroker: false for a hub whose Redis is to come later. */
    async start(options = {}, { waitForBroker = true } = {}) {
        this.port ??= await freePort();
        const all = { listen: `${this.host}:${this.port}`, ...this.options, ...options };
        const [command, ...args] = [
            ...this.wrap, hubPhp, '-n', '-d', `extension=${hubExtension}`, '-r', '(new SseHub(json_decode($argv[1], true)))->run();', JSON.stringify(all),
        ];
        this.#child = start(command, args);
        await waitFor(() => this.#child.exitCode !== null || / started /.test(this.log), 10_000, () => `the hub:\n${this.log}`);
        await waitFor(() => isOpen(this.port, this.host), 5000, () => `the hub's listener:\n${this.log}`);
        if (waitForBroker) {
            await waitFor(async () => (await this.metrics()).broker_ready === 1, 5000, () => `Redis:\n${this.log}`);
        }
        return this;
    }

    /** A hub in this one's place, not started yet: start() takes the streams over, and this one ends. */
    successor(options = {}) {
        const next = new Hub(null, { ...this.options, takeover: true, ...options });
        next.host = this.host;
        next.control = this.control;
        next.port = this.port;
        return next;
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

    get base() {
        return `http://${this.host}:${this.port}`;
    }

    /** Where a stream is, with these claims in its token. */
    url(claims, query = {}) {
        return `${this.base}/sse?${new URLSearchParams({ token: token(claims), ...query })}`;
    }

    /** Evaluates PHP with $argv[1…]; SsePublisher and SseStream find this hub and its Redis. Returns what it wrote. */
    php(code, ...args) {
        const settings = [`sse.hub=${this.control}`, `sse.redis="${this.options.redis}"`]; // quoted: a DSN may hold what php.ini has a use for
        return run('php', [...php, ...settings.flatMap((pair) => ['-d', pair]), '-r', code, '--', ...args.map(String)]);
    }

    stats() {
        return hubStats(this.control);
    }

    /** What /metrics says, by name; asks no PHP. */
    async metrics() {
        const text = await (await fetch(`${this.base}/metrics`)).text();
        return Object.fromEntries([...text.matchAll(/^sse_hub_(\w+?)(?:_total)? (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]));
    }

    /** Waits until a figure of /metrics is what it should be. */
    async waitForMetric(name, value, ms = 5000) {
        let last;
        await waitFor(async () => (last = (await this.metrics())[name]) === value, ms, () => `${name} = ${value}, it is ${last}`);
    }

    /** Publishes values to a topic and returns their ids. */
    async publish(topic, ...values) {
        const code = `$p = new SsePublisher(); $ids = [];
            foreach (array_slice($argv, 2) as $value) { $ids[] = $p->publish($argv[1], $value); } echo json_encode($ids);`;
        return JSON.parse(await this.php(code, topic, ...values));
    }

    async ticket(subscription, ttl = 30) {
        const code = 'echo (new SsePublisher())->ticket(json_decode($argv[1], true), (int) $argv[2]);';
        return this.php(code, JSON.stringify(subscription), ttl);
    }

    async disconnect(user) {
        return Number(await this.php('echo (new SsePublisher())->disconnect($argv[1]);', user));
    }

    /** SIGTERM, and the end of the drain; throws when it did not end as it should. */
    async stop() {
        if (this.#child === null || this.#child.signalCode === 'SIGKILL') {
            return;
        }
        // One that has been taken over ends by itself, and has no handler for a signal any more while it does.
        if (/ info ended /.test(this.log)) {
            await waitFor(() => this.#child.exitCode !== null, 15_000, () => `the end of the hub:\n${this.log}`);
        }
        await stop(this.#child, 15_000);
        if (this.#child.exitCode !== 0) {
            throw new Error(`the hub ended with ${this.#child.signalCode ?? this.#child.exitCode}:\n${this.log}`);
        }
    }

    async kill() {
        const gone = new Promise((resolve) => this.#child.once('exit', resolve));
        this.#child.kill('SIGKILL');
        await gone;
    }
}

/** For a describe(): makes hubs, each with a Redis of its own, which live until the end of the test. */
export function hubsForTests() {
    const opened = [];
    afterEach(async () => {
        await closeClients();
        for (const one of opened.splice(0)) {
            await one.stop();
        }
    });
    return async (options) => {
        const redis = await new RedisServer().start();
        const hub = await new Hub(redis, options).start();
        opened.push(hub, redis);
        return hub;
    };
}
