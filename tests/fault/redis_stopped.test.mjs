// Redis stands still (SIGSTOP): shorter than anybody's patience, and longer than everybody's (read_timeout is 5 s).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../lib/wait.mjs';
import { account, stage, underWay } from './faults.mjs';

async function stopFor(t, ms) {
    const { redis, hub } = await stage(t);
    const { readers, publisher } = await underWay(hub);
    await sleep(1000);
    redis.pause();
    await sleep(ms);
    redis.resume();
    await hub.waitForMetric('broker_ready', 1, 15_000);
    await sleep(2000);
    return { redis, hub, readers, publisher };
}

test('redis_stopped: SIGSTOP of Redis for 3 s loses nothing at all', { timeout: 120_000 }, async (t) => {
    const { redis, hub, readers, publisher } = await stopFor(t, 3000);
    await account('redis_stopped 3 s', { readers, publisher, redis, lossesAre: 'none' });
    assert.equal((await hub.metrics()).broker_losses, 0);
    await readers.close();
});

test('redis_stopped: SIGSTOP of Redis for 14 s', { timeout: 120_000 }, async (t) => {
    const { redis, hub, readers, publisher } = await stopFor(t, 14_000);
    const { report } = await account('redis_stopped 14 s', { readers, publisher, redis });
    assert.equal(report.reconnects, 0, 'no stream ends');
    await readers.close();
});
