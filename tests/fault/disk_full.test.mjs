// The disk below Redis is full: a publisher is told, nothing is half published, and all goes on when there is room again.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Hub } from '../lib/hub.mjs';
import { temporaryDirectory } from '../lib/paths.mjs';
import { run } from '../lib/process.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { account, dsn, later, underWay } from './faults.mjs';

const skip = process.getuid() === 0 ? false : 'only root can mount a small disk';

async function onSmallDisk(t, fsync) {
    const dir = join(temporaryDirectory('disk'), 'd');
    mkdirSync(dir);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir]);
    later(t, () => run('umount', [dir]));
    const redis = await new RedisServer({ dir, options: ['--appendfsync', fsync, '--auto-aof-rewrite-percentage', '0'] }).start();
    later(t, () => redis.stop());
    const hub = await new Hub(redis, { redis: dsn(redis.port) }).start();
    later(t, () => hub.stop());
    const filler = join(dir, 'filler');
    return {
        redis,
        hub,
        fill: () => assert.throws(() => writeFileSync(filler, Buffer.alloc(8 << 20)), /ENOSPC/),
        free: () => rmSync(filler),
    };
}

/** What the publisher was told of an event says for certain that it is not in the log. */
function assertRefusedAreNotLogged(published, logs, message) {
    for (const place of [0, 1]) {
        const refused = new Set([...published[place].failed].filter(([, text]) => message.test(text)).map(([number]) => number));
        assert.ok(refused.size > 0);
        assert.deepEqual(logs[place].filter(({ number }) => refused.has(number)), []);
    }
}

test('disk_full: appendfsync everysec: Redis refuses until there is room again', { timeout: 120_000, skip }, async (t) => {
    const { redis, hub, fill, free } = await onSmallDisk(t, 'everysec');
    const { readers, publisher } = await underWay(hub);
    for (let times = 0; times < 2; times++) {
        await sleep(1000);
        const before = publisher.failures().length;
        fill();
        await waitFor(() => publisher.failures().length > before + 20, 20_000, 'Redis to refuse');
        free();
        const status = () => redis.client.command('INFO', 'persistence');
        await waitFor(async () => (await status()).includes('aof_last_write_status:ok'), 10_000, 'the disk');
    }
    await sleep(1000);
    const messages = [...new Set(publisher.failures())];
    const { published, logs } = await account('disk_full everysec', {
        readers,
        publisher,
        redis,
        lossesAre: 'none', // PUBLISH writes nothing
        extra: { remark: `the publisher got ${messages.join('; ')}` },
    });
    assert.ok(messages.every((message) => /MISCONF/.test(message)), messages.join('\n'));
    assertRefusedAreNotLogged(published, logs, /MISCONF/);
    assert.equal((await hub.metrics()).broker_losses, 0);
    await readers.close();
});

test('disk_full: appendfsync always: Redis ends itself, and is started when there is room again', { timeout: 120_000, skip }, async (t) => {
    const { redis, hub, fill, free } = await onSmallDisk(t, 'always');
    const { readers, publisher } = await underWay(hub);
    await sleep(1000);
    fill();
    await waitFor(() => publisher.failures().length > 20, 20_000, 'Redis to be gone');
    free();
    await redis.start();
    await hub.waitForMetric('broker_ready', 1, 15_000);
    await sleep(1000);
    await account('disk_full always', { readers, publisher, redis });
    await readers.close();
});
