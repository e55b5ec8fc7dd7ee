// The hub stands still (SIGSTOP) for 5 s while streams are open and others are opened.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../lib/wait.mjs';
import { account, groupsAt, groupsBy, stageFpm, underWay } from './faults.mjs';

test('hub_stopped: SIGSTOP of the hub for 5 s: what is open loses nothing', { timeout: 120_000 }, async (t) => {
    const { redis, hub, stack } = await stageFpm(t);
    const groups = [...groupsAt(hub, { each: 30 }), ...groupsBy(stack.url, { each: 30 })];
    const { readers, publisher } = await underWay(hub, { groups });
    await sleep(1000);
    hub.child.kill('SIGSTOP');
    await sleep(5000);
    hub.child.kill('SIGCONT');
    await sleep(2000);
    const { report } = await account('hub_stopped', { readers, publisher, redis, lossesAre: 'none' });
    assert.equal(report.reconnects, 0, 'no stream ends');
    await readers.close();
});

test('hub_stopped: and streams that are opened meanwhile come back', { timeout: 120_000 }, async (t) => {
    const { redis, hub, stack } = await stageFpm(t);
    const groups = [...groupsAt(hub, { each: 30 }), ...groupsBy(stack.url, { each: 30 })];
    const { readers, publisher } = await underWay(hub, { groups });
    await sleep(1000);
    hub.child.kill('SIGSTOP');
    for (let second = 0; second < 5; second++) {
        await readers.drop(10);
        await sleep(1000);
    }
    hub.child.kill('SIGCONT');
    await readers.allOpen();
    await hub.waitForMetric('clients', readers.count, 40_000);
    await account('hub_stopped, others open', { readers, publisher, redis });
    await readers.close();
});
