// Who is present when hubs, workers or Redis end, hang or are replaced.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { extension } from '../lib/paths.mjs';
import { start, stop } from '../lib/process.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { unique } from './client.mjs';
import { ann, bob, grace, late, lease, presenceForTests, shown, told, withoutLists } from './presence.mjs';

describe('presence, and what breaks', { timeout: 300_000 }, () => {
    const { at, startHub, join, members, waitForTold, keys } = presenceForTests();

    test('two hubs on one Redis are one room; one that stops lets its members go, one that is killed loses them once', async () => {
        const [one, two, three] = [await startHub(), await startHub(), await startHub()];
        const topic = unique('presence-room');
        const watcher = await join(one, topic, '1', ann);
        const second = await join(two, topic, '2', bob);
        const third = await join(three, topic, '3', { id: 3 });
        assert.deepEqual(told(third, topic).at(-1), ['subscribed', [ann, bob, { id: 3 }]]);
        await waitForTold(second, topic, ['joining', { id: 3 }]);

        // Its clients come back within 5 s; until then and the grace they are not away.
        await two.stop();
        await waitForTold(watcher, topic, ['leaving', bob], 5000 + grace + late);

        const killed = Date.now();
        const another = await startHub();
        const fourth = await join(another, topic, '4', { id: 4 });
        await three.kill();
        await waitForTold(watcher, topic, ['leaving', { id: 3 }], lease + late);
        assert.ok(Date.now() - killed >= lease - 2000, `after ${Date.now() - killed} ms`);
        await waitForTold(fourth, topic, ['leaving', { id: 3 }], 1000);
        await sleep(1500);
        const leavings = told(watcher, topic).filter(([name]) => name === 'leaving');
        assert.deepEqual(leavings, [['leaving', bob], ['leaving', { id: 3 }]]);
        assert.deepEqual(await members(one, topic), { 1: ann, 4: { id: 4 } });
    });

    test('a hub that hangs longer than its lease is taken for dead; when it goes on its members are back', async () => {
        const [one, two] = [await startHub(), await startHub()];
        const topic = unique('presence-room');
        const watcher = await join(one, topic, '1', ann);
        const second = await join(two, topic, '2', bob);
        two.child.kill('SIGSTOP');
        try {
            await waitForTold(watcher, topic, ['leaving', bob], lease + late);
        } finally {
            two.child.kill('SIGCONT');
        }
        await waitFor(() => told(watcher, topic).filter(([name]) => name === 'joining').length === 3, 5000, 'bob again');
        await waitFor(() => told(second, topic).filter(([name]) => name === 'subscribed').length === 2, 5000, 'the list again');
        assert.deepEqual(await members(one, topic), { 1: ann, 2: bob });
    });

    test('a takeover is nobody\'s leaving and nobody\'s joining', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const other = await startHub();
        const watcher = await join(other, topic, '1', ann);
        const stays = await join(hub, topic, '2', bob);
        const mixed = await join(hub, topic, '3', { id: 3 }, { subscribe: unique('channel') });
        const before = told(stays, topic).length;
        let current = hub;
        for (let round = 0; round < 2; round++) {
            const next = current.successor();
            await next.start();
            at.hubs.push(next);
            await current.stop();
            current = next;
        }
        await sleep(grace + 1000);
        const expected = [['joining', ann], ['joining', bob], ['joining', { id: 3 }]];
        assert.deepEqual(withoutLists(told(watcher, topic)), expected);
        assert.equal(told(stays, topic).length, before + (before === 2 ? 1 : 0), 'no list again');
        assert.deepEqual(await members(other, topic), { 1: ann, 2: bob, 3: { id: 3 } });
        // They are the new hub's: it refreshes the lease, and tells when they go.
        await sleep(lease);
        assert.deepEqual(withoutLists(told(watcher, topic)), expected);
        await stays.close();
        await mixed.close();
        await waitForTold(watcher, topic, ['leaving', bob], grace + late);
        await waitForTold(watcher, topic, ['leaving', { id: 3 }], late);
        await join(current, topic, '4', { id: 4 });
        await waitForTold(watcher, topic, ['joining', { id: 4 }]);
    });

    test('a Redis that restarts with its data is nobody\'s business; those who left meanwhile have left', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const watcher = await join(hub, topic, '1', ann);
        const second = await join(hub, topic, '2', bob);
        await at.redis.kill();
        await hub.waitForMetric('broker_ready', 0);
        await second.close();
        await at.redis.start();
        await hub.waitForMetric('broker_ready', 1, 10_000);
        await waitForTold(watcher, topic, ['leaving', bob], 5000 + grace + late);
        assert.deepEqual(withoutLists(told(watcher, topic)), [['joining', ann], ['joining', bob], ['leaving', bob]]);
        assert.deepEqual(await members(hub, topic), { 1: ann });
    });

    test('a Redis that comes back empty is told again who is there, and they are told the list again', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const clients = [await join(hub, topic, '1', ann), await join(hub, topic, '2', bob)];
        await at.redis.kill();
        await hub.waitForMetric('broker_ready', 0);
        await at.redis.startEmpty();
        await waitFor(async () => Object.keys(await members(hub, topic).catch(() => ({}))).length === 2, 15_000, 'the members');
        for (const client of clients) {
            await waitFor(() => told(client, topic).filter(([name]) => name === 'subscribed').length >= 2, 5000, 'the list again');
            // Streams are live again one by one: the list of the first may be of itself, and then the second joins.
            await waitFor(
                () => JSON.stringify(shown(client, topic)) === JSON.stringify([ann, bob]),
                5000,
                () => JSON.stringify(told(client, topic)),
            );
        }
        // And one that is emptied while it runs.
        await at.redis.client.command('FLUSHALL');
        await waitFor(async () => Object.keys(await members(hub, topic)).length === 2, 5000, 'the members');
        await at.redis.client.command('SCRIPT', 'FLUSH');
        await join(hub, topic, '3', { id: 3 });
        await clients[0].close();
        await waitForTold(clients[1], topic, ['leaving', ann], grace + late);
    });

    test('an inline stream is as present as any; when its process is killed the lease ends it', async () => {
        const hub = await startHub();
        const topic = unique('presence-room');
        const watcher = await join(hub, topic, '1', ann);
        const code = `(new SseStream(['redis' => $argv[1], 'maxLifetime' => (int) $argv[3]]))
            ->presence($argv[2], '2', ['id' => 2, 'name' => 'Bob'])->run();`;
        const args = (seconds) => ['-n', '-d', `extension=${extension}`, '-r', code, `redis://127.0.0.1:${at.redis.port}`, topic, String(seconds)];
        let child = start('php', args(2));
        await waitFor(() => child.output.includes('presence:subscribed'), 5000, () => child.output);
        const list = /^data: (.*presence:subscribed.*)$/m.exec(child.output)[1];
        assert.deepEqual(JSON.parse(list).data.sort((a, b) => a.id - b.id), [ann, bob]);
        await waitForTold(watcher, topic, ['joining', bob]);
        await waitForTold(watcher, topic, ['leaving', bob], 2000 + grace + late);
        assert.equal(child.exitCode, 0);

        child = start('php', args(60));
        await waitFor(() => told(watcher, topic).filter(([name]) => name === 'joining').length === 3, 5000, 'bob again');
        child.kill('SIGKILL');
        await waitFor(() => told(watcher, topic).filter(([name]) => name === 'leaving').length === 2, lease + late, 'his second leaving');
        await stop(child).catch(() => {});
        assert.deepEqual(await members(hub, topic), { 1: ann });
    });
});
