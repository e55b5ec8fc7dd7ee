// Clients vanish without a word, as with a cable that is pulled: no FIN, no RST, nothing is acknowledged any more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { account, dsn, later, Publisher, Readers } from './faults.mjs';
import { machines, ownAddress, skip } from './network.mjs';

const IDLE = 500;
const BUSY = 500;
const FAST = 100;
const BUFFER = 1 << 20;
const MIB = 1 << 20;
const GONE_WITHIN_MS = 100_000; // a heartbeat (25 s), a minute without an acknowledgement, and some seconds

test(`half_open: ${IDLE + BUSY} clients vanish: the hub lets go of them, and others lose nothing`, { timeout: 240_000, skip }, async (t) => {
    const [machine] = await machines(t, 1);
    const redis = await new RedisServer().start();
    later(t, () => redis.stop());
    const hub = new Hub(redis, { redis: dsn(redis.port), clientBuffer: BUFFER, overflow: 'drop-oldest' });
    hub.host = ownAddress;
    await hub.start();
    later(t, () => hub.stop());
    const sources = [['topic', 'busy']];
    const busy = hub.url({ topics: ['busy'] });
    const readers = await new Readers(sources, [{ count: FAST, url: busy, of: [0] }]).open();
    const idle = hub.url({ topics: ['idle'] });
    const vanishing = await new Readers(sources, [{ count: IDLE, url: idle, of: [0] }, { count: BUSY, url: busy, of: [0] }], { wrap: machine.wrap }).open();
    later(t, () => vanishing.close());
    const publisher = new Publisher(hub.options.redis, sources, { rate: 20, bytes: 4096 });
    await waitFor(async () => (await readers.status()).received > 10 * FAST, 10_000, 'the first events');
    const before = (await hub.metrics()).resident_bytes;
    await machine.silence();
    const began = performance.now();
    const seconds = () => Math.round((performance.now() - began) / 1000);
    const left = { most: 0, first: null };
    await waitFor(
        async () => {
            const { clients, resident_bytes: bytes } = await hub.metrics();
            left.most = Math.max(left.most, bytes - before);
            left.first ??= clients < FAST + IDLE + BUSY ? seconds() : null;
            await sleep(500);
            return clients === FAST;
        },
        GONE_WITHIN_MS,
        () => `the end of those that vanished: ${JSON.stringify(left)}`,
    );
    const remark = `the first let go of after ${left.first} s, the last after ${seconds()} s, the hub grew by ${Math.round(left.most / MIB)} MiB at most`;
    await account('half_open', { readers, publisher, redis, lossesAre: 'none', extra: { remark } });
    assert.ok(left.most < 64 * MIB, remark); // the same events wait for all of them
    await readers.close();
});
