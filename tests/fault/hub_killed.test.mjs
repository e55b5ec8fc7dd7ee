// The hub is killed with streams that workers handed over and streams of its listener; streams go on inline until it is back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../lib/wait.mjs';
import { account, groupsAt, groupsBy, stageFpm, underWay } from './faults.mjs';

test('hub_killed: kill -9 of the hub, twice, back after 1 and 3 s', { timeout: 180_000 }, async (t) => {
    const { redis, hub, stack } = await stageFpm(t);
    const groups = [...groupsAt(hub, { each: 30 }), ...groupsBy(stack.url, { each: 30 })];
    const { readers, publisher } = await underWay(hub, { groups });
    assert.equal((await hub.metrics()).clients, readers.count);
    for (const away of [1000, 3000]) {
        await sleep(1000);
        await hub.kill();
        await sleep(away);
        await hub.start();
        await sleep(500);
    }
    await readers.allOpen();
    // Whom a worker holds comes back to the hub after 10 s.
    await hub.waitForMetric('clients', readers.count, 40_000);
    await account('hub_killed', { readers, publisher, redis });
    await readers.close();
});
