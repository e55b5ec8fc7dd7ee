// PHP-FPM's workers are killed one after the other while they open streams and hand them over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../lib/wait.mjs';
import { account, groupsBy, stageFpm, underWay, workersOf } from './faults.mjs';

const KILLS = 100;

test(`fpm_killed: kill -9 of ${KILLS} FPM workers while streams are opened`, { timeout: 180_000 }, async (t) => {
    const { redis, hub, stack } = await stageFpm(t, { workers: 4 });
    const { readers, publisher } = await underWay(hub, { groups: groupsBy(stack.url, { each: 60 }) });
    let dropped = 0;
    let killed = 0;
    while (killed < KILLS) {
        dropped += (await readers.drop(20)).dropped;
        for (let times = 0; times < 3; times++) {
            await sleep(Math.random() * 200); // they come back within 100 ms
            const workers = workersOf(stack);
            const worker = workers[Math.floor(Math.random() * workers.length)];
            try {
                process.kill(worker, 'SIGKILL');
                killed++;
            } catch {
                // it is gone already, and FPM has not noticed
            }
        }
    }
    await readers.allOpen();
    // Neither does one that is gone stay in the hub, nor is one in it that nobody writes to.
    await hub.waitForMetric('clients', readers.count, 40_000);
    const { report } = await account('fpm_killed', {
        readers,
        publisher,
        redis,
        extra: { remark: `${killed} workers killed, ${dropped} streams opened meanwhile` },
    });
    assert.ok(report.reconnects >= dropped);
    // Beside those that were broken off on purpose, only those end whose worker was killed before it had let go.
    assert.ok(report.reconnects - dropped <= killed, `${report.reconnects} came back, ${dropped} were dropped, ${killed} workers killed`);
    await readers.close();
});
