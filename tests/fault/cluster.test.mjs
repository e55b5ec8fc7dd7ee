// A cluster whose slot moves from node to node while events are published, and whose node is killed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hub } from '../lib/hub.mjs';
import { RedisCluster } from '../lib/redis_sets.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { account, groupsOfTopics, later, topics, underWay } from './faults.mjs';

async function stage(t) {
    const cluster = await new RedisCluster().start();
    later(t, () => cluster.stop());
    const hub = await new Hub(null, { redis: cluster.dsn('&maxlen=2000000') }).start();
    later(t, () => hub.stop());
    return { cluster, hub };
}

test('resharding: the slot moves back and forth, three times, at full rate', { timeout: 120_000 }, async (t) => {
    const { cluster, hub } = await stage(t);
    const home = await cluster.owner();
    const away = cluster.masters.find((one) => one !== home);
    const { readers, publisher } = await underWay(hub, { rate: 0, of: topics, groups: groupsOfTopics(hub) });
    for (let round = 0; round < 3; round++) {
        for (const to of [away, home]) {
            await sleep(700);
            await cluster.moveSlot(to, () => sleep(20));
            await readers.drop(10);
        }
    }
    await sleep(700);
    const { published } = await account('resharding', { readers, publisher, redis: home, prefix: cluster.prefix });
    published.forEach(({ failed }) => assert.equal(failed.size, 0));
    await readers.close();
});

test('cluster: the node that serves the slot is killed, and its replica takes its place', { timeout: 120_000 }, async (t) => {
    const { cluster, hub } = await stage(t);
    const { readers, publisher } = await underWay(hub, { of: topics, groups: groupsOfTopics(hub) });
    await sleep(1500);
    const old = await cluster.owner();
    await old.kill();
    const next = await waitFor(async () => {
        const owner = await cluster.owner().catch(() => old);
        return owner !== old && owner;
    }, 20_000, 'another owner');
    await hub.waitForMetric('broker_ready', 1, 15_000);
    await sleep(500);
    await readers.drop(20);
    await sleep(2000);
    await account('cluster, node killed', { readers, publisher, redis: next, logIsWhole: false, prefix: cluster.prefix });
    await readers.close();
});
