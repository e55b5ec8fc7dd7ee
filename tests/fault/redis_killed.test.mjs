// Redis is killed three times in the middle of publishing and comes back; its log is on disk before it acknowledges anything.
import { test } from 'node:test';
import { sleep } from '../lib/wait.mjs';
import { account, stage, underWay } from './faults.mjs';

test('redis_killed: kill -9 of Redis, three times, back after 0.5 to 2 s', { timeout: 120_000 }, async (t) => {
    const { redis, hub } = await stage(t);
    const { readers, publisher } = await underWay(hub);
    for (const away of [500, 1000, 2000]) {
        await sleep(1000);
        await redis.kill();
        await sleep(away);
        await redis.start();
        await hub.waitForMetric('broker_ready', 1, 15_000);
    }
    await sleep(1000);
    await account('redis_killed', { readers, publisher, redis });
    await readers.close();
});
