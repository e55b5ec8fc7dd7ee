// Clocks are set forwards and backwards: Redis', of which ids are made, and the hub's.
import assert from 'node:assert/strict';
import { openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Hub } from '../lib/hub.mjs';
import { repository, temporaryDirectory } from '../lib/paths.mjs';
import { run } from '../lib/process.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep } from '../lib/wait.mjs';
import { account, dsn, later, underWay } from './faults.mjs';

const JUMPS = [600, -3600, 3000, 0, -40_000, 40_000, 0]; // seconds off; further than ttl, and the logs expire
/** Returns { wrap, set(seconds) } of a clock that is so many seconds off. */
async function fakeClock() {
    const dir = temporaryDirectory('clock');
    const [library, file] = [join(dir, 'clock.so'), join(dir, 'offset')];
    await run('cc', ['-std=gnu11', '-shared', '-fPIC', '-o', library, join(repository, 'tests/fault/clock.c')]);
    writeFileSync(file, Buffer.alloc(8));
    const descriptor = openSync(file, 'r+');
    const set = (seconds) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigInt64LE(BigInt(seconds));
        writeSync(descriptor, bytes, 0, 8, 0);
    };
    return { wrap: ['env', `LD_PRELOAD=${library}`, `CLOCK_OFFSET=${file}`], set };
}

async function jump(clock, readers) {
    for (const offset of JUMPS) {
        clock.set(offset);
        await sleep(700);
        await readers.drop(10); // who comes back resumes
        await sleep(700);
    }
}

test(`clock_jumps: Redis' clock is set ${JUMPS.length} times: ids grow, nothing is lost`, { timeout: 120_000 }, async (t) => {
    const clock = await fakeClock();
    const redis = await new RedisServer({ wrap: clock.wrap }).start();
    later(t, () => redis.stop());
    const hub = await new Hub(redis, { redis: dsn(redis.port) }).start();
    later(t, () => hub.stop());
    const { readers, publisher } = await underWay(hub);
    const times = [];
    const watching = setInterval(async () => times.push(Number((await redis.client.command('TIME'))[0])), 300);
    await jump(clock, readers);
    clearInterval(watching);
    const span = Math.max(...times) - Math.min(...times);
    assert.ok(span > 79_000, `Redis' clock did jump: by ${span} s in all`);
    const { logs } = await account('clock_jumps redis', { readers, publisher, redis, extra: { remark: `Redis' clock moved within ${span} s` } });
    const order = ({ id: a }, { id: b }) => {
        const [[x, i], [y, j]] = [a, b].map((id) => id.split('-').map(Number));
        return x - y || i - j;
    };
    for (const place of [0, 1]) {
        assert.ok(logs[place].every((entry, index) => index === 0 || order(logs[place][index - 1], entry) < 0), 'ids grow');
    }
    await readers.close();
});

test(`clock_jumps: the hub's clock is set ${JUMPS.length} times: no stream ends, nothing is lost`, { timeout: 120_000 }, async (t) => {
    const clock = await fakeClock();
    const redis = await new RedisServer().start();
    later(t, () => redis.stop());
    const hub = new Hub(redis, { redis: dsn(redis.port) });
    hub.wrap = clock.wrap;
    await hub.start();
    later(t, () => hub.stop());
    const { readers, publisher } = await underWay(hub);
    for (const offset of JUMPS) {
        clock.set(offset);
        await sleep(1400);
    }
    const { report } = await account('clock_jumps hub', { readers, publisher, redis, lossesAre: 'none' });
    assert.equal(report.reconnects, 0, 'no stream ends');
    await readers.close();
});
