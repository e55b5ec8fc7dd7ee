// Redis' primary is killed, and its replica takes its place at the same address (a forwarder, as a virtual address would be).
// Replication is asynchronous: what the replica had not got yet is gone, though it was acknowledged, and that is counted here.
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { account, dsn, later, underWay } from './faults.mjs';

/** Forwards connections to a port that may change; connections end with their target. */
async function forwarder(t, port) {
    const made = { to: port };
    const sockets = new Set();
    const targets = new Set();
    const server = createServer((near) => {
        const far = connect(made.to, '127.0.0.1');
        targets.add(far);
        for (const [socket, other] of [[near, far], [far, near]]) {
            socket.setNoDelay(true);
            sockets.add(socket);
            socket.pipe(other);
            socket.on('error', () => {});
            socket.on('close', () => {
                sockets.delete(socket);
                other.destroy();
            });
        }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    later(t, () => {
        sockets.forEach((socket) => socket.destroy());
        server.close();
    });
    made.port = server.address().port;
    /** What the targets say from now on never arrives. */
    made.swallow = () => targets.forEach((far) => {
        far.unpipe();
        far.resume();
    });
    made.switchTo = (next) => {
        made.to = next;
        sockets.forEach((socket) => socket.destroy());
    };
    return made;
}

const missing = (numbers, log) => {
    const known = new Set(log.map(({ number }) => number));
    return numbers.filter((number) => !known.has(number));
};

for (const lagging of [false, true]) {
    const name = lagging ? 'failover, replica behind' : 'failover';
    test(`failover: the primary is killed${lagging ? ', and its replica is half a second behind' : ''}: ids never go back`, { timeout: 120_000 }, async (t) => {
        const primary = await new RedisServer().start();
        later(t, () => primary.stop());
        const replica = await new RedisServer().start();
        later(t, () => replica.stop());
        const replication = await forwarder(t, primary.port);
        await replica.client.command('REPLICAOF', '127.0.0.1', replication.port);
        await waitFor(async () => /master_link_status:up/.test(await replica.client.command('INFO', 'replication')), 15_000, 'replication');
        const forward = await forwarder(t, primary.port);
        const hub = new Hub({ port: forward.port }, { redis: dsn(forward.port) });
        await hub.start();
        later(t, () => hub.stop());
        const { readers, publisher } = await underWay(hub);
        await sleep(1500);
        if (lagging) {
            replication.swallow();
            await sleep(500);
        }
        await primary.kill();
        await replica.client.command('REPLICAOF', 'NO', 'ONE');
        await sleep(500);
        forward.switchTo(replica.port);
        await hub.waitForMetric('broker_ready', 1, 15_000);
        await sleep(500);
        await readers.drop(30); // some come back with ids that the new primary may never have given out
        await sleep(2000);
        const { published, logs } = await account(name, {
            readers,
            publisher,
            redis: replica,
            logIsWhole: false,
            remark: ({ published: all, logs: kept }) => {
                const gone = [0, 1].map((place) => missing(all[place].acknowledged, kept[place]).length);
                return `acknowledged and not on the new primary: ${gone.join(' events of a, ')} of b`;
            },
        });
        for (const place of [0, 1]) {
            const gone = missing(published[place].acknowledged, logs[place]);
            // Only what was published last: one run of numbers without a hole.
            assert.ok(gone.length === 0 || gone.at(-1) - gone[0] === gone.length - 1, `${gone}`);
            const ids = logs[place].map(({ id }) => id.split('-').map(Number));
            assert.ok(ids.every(([ms, seq], at) => at === 0 || ms > ids[at - 1][0] || (ms === ids[at - 1][0] && seq > ids[at - 1][1])), 'ids grow');
        }
        await readers.close();
    });
}
