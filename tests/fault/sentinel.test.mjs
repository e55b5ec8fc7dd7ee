// The master is killed, and the sentinels put its replica in its place, at another address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hub } from '../lib/hub.mjs';
import { SentinelSet } from '../lib/redis_sets.mjs';
import { sleep } from '../lib/wait.mjs';
import { account, groupsOfTopics, later, topics, underWay } from './faults.mjs';

test('sentinels: the master is killed, and its replica takes its place', { timeout: 120_000 }, async (t) => {
    const set = await new SentinelSet().start();
    later(t, () => set.stop());
    const hub = await new Hub(null, { redis: set.dsn('&maxlen=2000000') }).start();
    later(t, () => hub.stop());
    const { readers, publisher } = await underWay(hub, { of: topics, groups: groupsOfTopics(hub) });
    await sleep(1500);
    const old = await set.master();
    await old.kill();
    const next = await set.failedOver(old);
    await hub.waitForMetric('broker_ready', 1, 15_000);
    await sleep(500);
    await readers.drop(20);
    await sleep(2000);
    await account('sentinel', { readers, publisher, redis: next, logIsWhole: false });
    assert.equal((await hub.stats()).redis, `127.0.0.1:${next.port}`);
    await readers.close();
});
