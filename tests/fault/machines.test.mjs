// Redis, two hubs and the clients on machines of their own: packets get lost, the way to Redis is cut, a machine is gone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep } from '../lib/wait.mjs';
import { account, dsn, groupsAt, later, Publisher, Readers, sources } from './faults.mjs';
import { machines, skip, spareAddress } from './network.mjs';

const PORT = 8080; // each machine has all ports to itself

/** Four machines: { redis, hubs, clients }; publishers are on a fifth, the test's. */
async function site(t) {
    const [redisMachine, first, second, clients] = await machines(t, 4);
    const redis = await new RedisServer({ host: redisMachine.address, wrap: redisMachine.wrap, options: ['--protected-mode', 'no'] }).start();
    later(t, () => redis.stop());
    const hubs = [];
    for (const machine of [first, second]) {
        const hub = new Hub(null, { redis: dsn(redis.port, redis.host), listen: `0.0.0.0:${PORT}` });
        Object.assign(hub, { host: machine.address, port: PORT, wrap: machine.wrap });
        later(t, () => hub.stop());
        hubs.push(await hub.start());
    }
    return { redis, hubs, clients, machines: { redis: redisMachine, hubs: [first, second], clients } };
}

/** Readers of both hubs, or of others, and a publisher, under way. */
async function busy(t, { hubs, clients }, groups = hubs.flatMap((hub) => groupsAt(hub))) {
    const readers = await new Readers(sources, groups, { wrap: clients.wrap }).open();
    later(t, () => readers.close());
    const publisher = new Publisher(hubs[0].options.redis, sources, { rate: 300 });
    await sleep(1000);
    return { readers, publisher };
}

test('machines: one packet of twenty is lost, on each way between them', { timeout: 120_000, skip }, async (t) => {
    const stage = await site(t);
    const { readers, publisher } = await busy(t, stage);
    const { redis, hubs, clients } = stage.machines;
    for (const machine of [redis, ...hubs, clients]) {
        await machine.lose(5);
    }
    await sleep(20_000);
    for (const machine of [redis, ...hubs, clients]) {
        await machine.heal();
    }
    await sleep(2000);
    const { report } = await account('machines, packets lost', { readers, publisher, redis: stage.redis, lossesAre: 'none' });
    assert.equal(report.reconnects, 0, 'no stream ends');
});

test('machines: a hub cannot reach Redis for 20 s, the other can', { timeout: 120_000, skip }, async (t) => {
    const stage = await site(t);
    const { readers, publisher } = await busy(t, stage);
    const [cut, whole] = stage.hubs;
    await stage.machines.hubs[0].cutFrom(stage.machines.redis);
    await cut.waitForMetric('broker_ready', 0, 15_000);
    await sleep(20_000);
    assert.equal((await whole.metrics()).broker_losses, 0);
    await stage.machines.hubs[0].heal();
    await cut.waitForMetric('broker_ready', 1, 20_000);
    await sleep(2000);
    const { report } = await account('machines, a hub without Redis', { readers, publisher, redis: stage.redis });
    assert.equal(report.reconnects, 0, 'no stream ends');
});

test('machines: the one of a hub is gone, and the other takes its address', { timeout: 120_000, skip }, async (t) => {
    const stage = await site(t);
    const [first, second] = stage.machines.hubs;
    await first.take(spareAddress);
    const service = { url: (claims) => stage.hubs[0].url(claims).replace(first.address, spareAddress) };
    const { readers, publisher } = await busy(t, stage, groupsAt(service, { each: 80 }));
    await first.vanish();
    await sleep(1000);
    await second.take(spareAddress);
    await stage.clients.forgetWhere(spareAddress);
    await sleep(10_000);
    const { report } = await account('machines, one gone', { readers, publisher, redis: stage.redis });
    assert.equal(report.reconnects, readers.count, 'each stream ended once');
    assert.equal((await stage.hubs[1].metrics()).clients, readers.count);
});
