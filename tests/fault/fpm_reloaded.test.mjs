// PHP-FPM is reloaded (SIGUSR2), as after a deployment: streams that it handed over are the hub's, and go on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep, waitFor } from '../lib/wait.mjs';
import { account, groupsBy, stageFpm, underWay, workersOf } from './faults.mjs';

test('fpm_reloaded: SIGUSR2 to FPM, three times: no stream that was handed over ends', { timeout: 120_000 }, async (t) => {
    const { redis, hub, stack } = await stageFpm(t);
    const { readers, publisher } = await underWay(hub, { groups: groupsBy(stack.url, { each: 100 }) });
    assert.equal((await hub.metrics()).clients, readers.count);
    for (let times = 0; times < 3; times++) {
        const before = new Set(workersOf(stack));
        process.kill(Number(stack.env.FPM_PID), 'SIGUSR2');
        await waitFor(
            () => workersOf(stack).length >= 8 && workersOf(stack).every((pid) => !before.has(pid)),
            15_000,
            'new workers',
        );
        await sleep(1000);
    }
    const { report } = await account('fpm_reloaded', { readers, publisher, redis, lossesAre: 'none' });
    assert.equal(report.reconnects, 0, 'no stream ends');
    assert.equal((await hub.metrics()).handoffs, readers.count);
    await readers.close();
});
