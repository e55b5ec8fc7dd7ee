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
        writeFileSync(file, [
            `port ${this.port}`, 'bind 127.0.0.1', `dir ${this.#dir}`,
            `sentinel monitor mymaster 127.0.0.1 ${masterPort} ${quorum}`,
            'sentinel down-after-milliseconds mymaster 1000', 'sentinel failover-timeout mymaster 4000',
        ].join('\n'));
        this.#child = start('redis-server', [file, '--sentinel']);
        this.client = new RedisClient(this.port);
        await waitFor(() => this.client.command('PING').catch(() => false), 10_000, () => `a sentinel:\n${this.#child.output}`);
        // Whoever was not run for 2 s takes its clock for one that jumps, and does nothing for 30: a busy test machine looks like that.
        await this.client.command('SENTINEL', 'DEBUG', 'tilt-trigger', 20_000, 'tilt-period', 500);
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

/** Masters that share the slots, and replicas of the one that serves the keys of `prefix`. */
export class RedisCluster {
    masters = [];
    replicas = [];

    constructor(prefix = '{shop}:') {
        this.prefix = prefix;
    }

    async #startNode() {
        const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1500', '--cluster-port', String(await freePort()),
            '--repl-diskless-sync-delay', '0'];
        const server = await new RedisServer({ options }).start();
        server.busPort = options[5];
        server.id = await server.client.command('CLUSTER', 'MYID');
        return server;
    }

    async start({ replicas = 1 } = {}) {
        for (let index = 0; index < 3; index++) {
            const server = await this.#startNode();
            await server.client.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
            await server.client.command('CLUSTER', 'ADDSLOTSRANGE', index * 5462, Math.min(index * 5462 + 5461, 16_383));
            this.masters.push(server);
        }
        for (let index = 0; index < replicas; index++) {
            this.replicas.push(await this.#startNode());
        }
        for (const server of this.nodes.slice(1)) {
            await server.client.command('CLUSTER', 'MEET', '127.0.0.1', this.masters[0].port, this.masters[0].busPort);
        }
        this.slot = await this.masters[0].client.command('CLUSTER', 'KEYSLOT', this.prefix);
        await this.#agreed();
        const owner = await this.owner();
        for (const replica of this.replicas) {
            await waitFor(() => replica.client.command('CLUSTER', 'REPLICATE', owner.id).then(() => true, () => false), 5000, 'a replica');
        }
        await waitFor(async () => {
            const roles = await Promise.all(this.replicas.map(({ client }) => client.command('ROLE')));
            return roles.every((role) => role[3] === 'connected');
        }, 20_000, 'replication');
        await this.#agreed();
        return this;
    }

    get nodes() {
        return [...this.masters, ...this.replicas];
    }

    /** Waits until all nodes know of each other and of all slots. */
    async #agreed() {
        await waitFor(async () => {
            const infos = await Promise.all(this.nodes.map(({ client }) => client.command('CLUSTER', 'INFO')));
            return infos.every((info) => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${this.nodes.length}`));
        }, 20_000, 'a cluster that agrees');
    }

    dsn(query = '') {
        const seeds = this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
        return `redis-cluster://${seeds}/?prefix=${encodeURIComponent(this.prefix)}${query}`;
    }

    /** Who serves the slot, as the first node that answers knows. */
    async owner() {
        for (const { client } of this.nodes) {
            const ranges = await client.command('CLUSTER', 'SLOTS').catch(() => []);
            const range = ranges.find(([from, to]) => from <= this.slot && this.slot <= to);
            if (range) {
                return this.nodes.find(({ port }) => port === range[2][1]);
            }
        }
        throw new Error('no node answers');
    }

    /** Moves the slot as redis-cli does, key by key; between: called after each few of them. Returns how many keys that were. */
    async moveSlot(to, between = () => {}) {
        const from = await this.owner();
        let moved = 0;
        await to.client.command('CLUSTER', 'SETSLOT', this.slot, 'IMPORTING', from.id);
        await from.client.command('CLUSTER', 'SETSLOT', this.slot, 'MIGRATING', to.id);
        for (;;) {
            const keys = await from.client.command('CLUSTER', 'GETKEYSINSLOT', this.slot, 1);
            if (keys.length === 0) {
                break;
            }
            await from.client.command('MIGRATE', '127.0.0.1', to.port, '', 0, 5000, 'KEYS', ...keys);
            moved += keys.length;
            await between();
        }
        for (const node of [to, from, ...this.masters.filter((one) => one !== to && one !== from)]) {
            await node.client.command('CLUSTER', 'SETSLOT', this.slot, 'NODE', to.id).catch(() => {});
        }
        return moved;
    }

    async stop() {
        for (const server of this.nodes) {
            await server.stop();
        }
    }
}
