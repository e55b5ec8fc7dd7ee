// A Redis server that a test may kill, stop and start again, and a client with just what the tests ask for.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory } from './paths.mjs';
import { freePort } from './port.mjs';
import { start, stop } from './process.mjs';
import { waitFor } from './wait.mjs';

/** Reads one RESP2 reply at `at`; null when it is not there completely yet, else [value, next position]. */
function readReply(bytes, at) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) {
        return null;
    }
    const line = bytes.toString('utf8', at + 1, lineEnd);
    const next = lineEnd + 2;
    const length = Number(line);
    switch (String.fromCharCode(bytes[at])) {
        case '+':
            return [line, next];
        case '-':
            return [new Error(line), next];
        case ':':
            return [length, next];
        case '$':
            if (length < 0) {
                return [null, next];
            }
            return bytes.length < next + length + 2
                ? null
                : [bytes.toString('utf8', next, next + length), next + length + 2];
        default: {
            const items = [];
            let position = next;
            for (let index = 0; index < length; index++) {
                const item = readReply(bytes, position);
                if (item === null) {
                    return null;
                }
                items.push(item[0]);
                position = item[1];
            }
            return [length < 0 ? null : items, position];
        }
    }
}

export class RedisClient {
    #port;
    #host;
    #socket = null;
    #waiting = [];

    constructor(port, host = '127.0.0.1') {
        this.#port = Number(port);
        this.#host = host;
    }

    async #connect() {
        const socket = connect(this.#port, this.#host);
        let bytes = Buffer.alloc(0);
        socket.on('data', (chunk) => {
            bytes = Buffer.concat([bytes, chunk]);
            for (let reply = readReply(bytes, 0); reply !== null; reply = bytes.length ? readReply(bytes, 0) : null) {
                bytes = bytes.subarray(reply[1]);
                const { resolve, reject } = this.#waiting.shift();
                reply[0] instanceof Error ? reject(reply[0]) : resolve(reply[0]);
            }
        });
        socket.on('error', () => {});
        socket.on('close', () => {
            this.#socket = null;
            for (const { reject } of this.#waiting.splice(0)) {
                reject(new Error('Redis closed the connection'));
            }
        });
        await once(socket, 'connect');
        socket.unref();
        this.#socket = socket;
    }

    /** Sends one command and returns its reply; connects when there is no connection. */
    async command(...words) {
        if (this.#socket === null) {
            await this.#connect();
        }
        const parts = words.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`);
        // The reference of a waiting command keeps Node alive, an idle client does not.
        this.#socket.ref();
        const reply = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
        this.#socket.write(`*${words.length}\r\n${parts.join('')}`);
        try {
            return await reply;
        } finally {
            if (this.#waiting.length === 0) {
                this.#socket?.unref();
            }
        }
    }

    /** Waits until somebody is subscribed to the channel. */
    async subscribed(channel, count = 1) {
        await waitFor(
            async () => (await this.command('PUBSUB', 'NUMSUB', channel))[1] >= count,
            5000,
            `${count} subscription(s) to ${channel}`,
        );
    }

    /** Publishes as soon as somebody receives it, by channel or by a pattern, which Redis does not tell the name of. */
    async publishToSomebody(channel, message) {
        await waitFor(
            async () => (await this.command('PUBLISH', channel, message)) > 0,
            5000,
            `a subscription that ${channel} reaches`,
        );
    }

    /** Waits until a connection is blocked on a list. */
    async blocked(count = 1) {
        await waitFor(
            async () => Number(/blocked_clients:(\d+)/.exec(await this.command('INFO', 'clients'))[1]) >= count,
            5000,
            `${count} blocked Redis connection(s)`,
        );
    }

    close() {
        this.#socket?.destroy();
    }
}

/** One Redis server on one port, which keeps its address over kill() and start(). */
export class RedisServer {
    #dir;
    #wrap;
    #options;
    #child = null;

    /** host: its address; dir: where its files are; options: more of its command line; wrap: [command that runs it, …]. */
    constructor({ host = '127.0.0.1', dir = temporaryDirectory('redis'), options = [], wrap = [] } = {}) {
        this.host = host;
        this.#dir = dir;
        this.#options = options;
        this.#wrap = wrap;
    }

    async start() {
        this.port ??= await freePort();
        this.client ??= new RedisClient(this.port, this.host);
        // Every write is on disk before it is acknowledged, so that a killed server has lost nothing that a test relies on.
        const [command, ...args] = [
            ...this.#wrap, 'redis-server', '--bind', this.host, '--port', String(this.port), '--dir', this.#dir,
            '--save', '', '--appendonly', 'yes', '--appendfsync', 'always', ...this.#options,
        ];
        this.#child = start(command, args);
        await waitFor(() => this.client.command('PING').catch(() => false), 10_000, () => `Redis:\n${this.#child.output}`);
        return this;
    }

    /** As by a power failure: no farewell to clients. */
    async kill() {
        const gone = once(this.#child, 'exit');
        this.#child.kill('SIGKILL');
        await gone;
    }

    /** Comes back as a server that knows nothing. */
    async startEmpty() {
        rmSync(join(this.#dir, 'appendonlydir'), { recursive: true });
        return this.start();
    }

    pause() {
        this.#child.kill('SIGSTOP');
    }

    resume() {
        this.#child.kill('SIGCONT');
    }

    async stop() {
        this.client.close();
        this.resume();
        await stop(this.#child);
    }
}
