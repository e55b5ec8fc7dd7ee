// Several Redis servers that belong together: a master with replicas and the sentinels that watch them, and a cluster.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './paths.mjs';
import { freePort } from './port.mjs';
import { start, stop } from './process.mjs';
import { RedisClient, RedisServer } from './redis.mjs';
import { waitFor } from './wait.mjs';

/** Redis in sentinel mode. */
class Sentinel {
    #child;
    #dir = temporaryDirectory('sentinel');

    async start(masterPort, quorum) {
        this.port = await freePort();
        const file = join(this.#dir, 'sentinel.conf');
        // TILT is for clocks that jump; a busy test machine looks like one.
        writeFileSync(file, [
            `port ${this.port}`, 'bind 127.0.0.1', `dir ${this.#dir}`,
            `sentinel monitor mymaster 127.0.0.1 ${masterPort} ${quorum}`,
            'sentinel down-after-milliseconds mymaster 1000', 'sentinel failover-timeout mymaster 4000',
        ].join('\n'));
        this.#child = start('redis-server', [file, '--sentinel']);
        this.client = new RedisClient(this.port);
        await waitFor(() => this.client.command('PING').catch(() => false), 10_000, () => `a sentinel:\n${this.#child.output}`);
    }

    async master() {
        return Number((await this.client.command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mymaster'))[1]);
    }

    async stop() {
        this.client.close();
        await stop(this.#child);
    }
}

export class SentinelSet {
    servers = [];
    sentinels = [];

    async start({ replicas = 1, sentinels = 3 } = {}) {
        for (let index = 0; index <= replicas; index++) {
            const options = index === 0 ? [] : ['--replicaof', '127.0.0.1', String(this.servers[0].port)];
            this.servers.push(await new RedisServer({ options: ['--repl-diskless-sync-delay', '0', ...options] }).start());
        }
        for (let index = 0; index < sentinels; index++) {
            const sentinel = new Sentinel();
            await sentinel.start(this.servers[0].port, Math.floor(sentinels / 2) + 1);
            this.sentinels.push(sentinel);
        }
        await waitFor(async () => {
            const known = await Promise.all(this.sentinels.map(({ client }) => client.command('SENTINEL', 'MASTER', 'mymaster')));
            const at = (words, name) => Number(words[words.indexOf(name) + 1]);
            return known.every((words) => at(words, 'num-slaves') === replicas && at(words, 'num-other-sentinels') === sentinels - 1);
        }, 20_000, 'sentinels that know each other and the replicas');
        return this;
    }

    dsn(query = '') {
        return `redis-sentinel://${this.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/0?master=mymaster${query}`;
    }

    /** The server that the sentinels call the master. */
    async master() {
        const port = await this.sentinels[0].master();
        return this.servers.find((server) => server.port === port);
    }

    /** Waits until all sentinels name another master than that one, which says itself that it is one. */
    async failedOver(from, ms = 20_000) {
        await waitFor(async () => {
            const ports = await Promise.all(this.sentinels.map((sentinel) => sentinel.master()));
            const [port] = ports;
            const server = this.servers.find((one) => one.port === port);
            return port !== from.port && ports.every((other) => other === port)
                && (await server.client.command('ROLE').catch(() => ['?']))[0] === 'master';
        }, ms, 'another master');
        return this.master();
    }

    async stop() {
        for (const sentinel of this.sentinels) {
            await sentinel.stop();
        }
        for (const server of this.servers) {
            await server.stop();
        }
    }
}
