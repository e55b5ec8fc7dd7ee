// A hub without Redis: the broker inside it, with all that PHP asks of it over the control socket.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { closeClients, openEventSource, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { message, send, tag, type } from './control.mjs';
import { numbers } from './client.mjs';

const isLive = (frame) => frame.id !== null;

describe('the broker inside the hub', { timeout: 120_000 }, () => {
    let hub;
    beforeEach(async () => {
        hub = await new Hub(null).start();
    });
    afterEach(async () => {
        await closeClients();
        await hub.stop();
    });

    test('a hub without Redis is ready, and delivers what is published, in order and with its ids', async () => {
        assert.equal((await fetch(`${hub.base}/readyz`)).status, 200);
        const clients = await Promise.all(numbers(1, 10).map(() => openRaw(hub.url({ topics: ['a', 'b'] }))));
        await Promise.all(clients.map((client) => client.waitForFrame(isLive)));
        const ids = [...(await hub.publish('a', ...numbers(1, 20))), ...(await hub.publish('b', ...numbers(21, 20)))];
        await hub.publish('c', 'nobody listens');
        for (const client of clients) {
            await client.waitForEvents(40);
            assert.deepEqual(client.data, numbers(1, 40));
            assert.deepEqual(client.events.map((event) => event.id), ids);
        }
    });

    test('Last-Event-ID continues where the client was, and an id that is none makes a gap', async () => {
        const ids = await hub.publish('a', ...numbers(1, 10));
        const again = await openRaw(hub.url({ topics: 'a' }), { headers: { 'Last-Event-ID': ids[6] } });
        await again.waitForEvents(3);
        assert.deepEqual(again.data, numbers(8, 3));
        const newest = await openRaw(hub.url({ topics: 'a' }), { headers: { 'Last-Event-ID': ids.at(-1) } });
        await newest.waitForFrame(isLive);
        const strange = await openRaw(hub.url({ topics: 'a' }), { headers: { 'Last-Event-ID': 'not one of ours' } });
        assert.deepEqual(JSON.parse((await strange.waitForFrame((frame) => frame.event === 'gap')).data), { source: 'a', reason: 'unknown' });
        await hub.publish('a', '11');
        for (const client of [again, newest, strange]) {
            await client.waitForFrame((frame) => frame.data === '11');
        }
        assert.deepEqual(newest.data, ['11']);
    });

    test('clients that come and go while events are published lose none and see none twice', async () => {
        const publishing = hub.php('$p = new SsePublisher(); for ($i = 1; $i <= 1000; $i++) { $p->publish("a", $i); usleep(1000); }');
        const readers = await Promise.all(
            numbers(1, 10).map(async () => {
                const seen = [];
                let id = '0-0';
                while (seen.at(-1) !== '1000') {
                    const client = await openRaw(hub.url({ topics: 'a' }), { headers: { 'Last-Event-ID': id } });
                    await Promise.race([sleep(50 + Math.random() * 200), client.closed]);
                    await client.close();
                    seen.push(...client.data);
                    id = client.lastEventId ?? id;
                }
                return seen;
            }),
        );
        await publishing;
        for (const seen of readers) {
            assert.deepEqual(seen, numbers(1, 1000));
        }
    });

    test('a log that no longer reaches back to the client says so', async () => {
        const ids = await hub.publish('a', ...numbers(1, 2));
        await hub.php('$p = new SsePublisher(); for ($i = 3; $i <= 1200; $i++) { $p->publish("a", $i); }');
        const client = await openRaw(hub.url({ topics: 'a' }), { headers: { 'Last-Event-ID': ids[0] } });
        const gap = JSON.parse((await client.waitForFrame((frame) => frame.event === 'gap')).data);
        assert.deepEqual(gap, { source: 'a', reason: 'trimmed' });
        await client.waitForFrame((frame) => frame.data === '1200');
        assert.equal(client.data.at(-1), '1200');
        assert.ok(client.data.length > 900);
    });

    test('tickets open one stream each, and disconnect() says how many it ended', async () => {
        const ticket = await hub.ticket({ follow: 'a', user: 'ann', retry: 123 });
        const client = await openRaw(`${hub.base}/sse?ticket=${ticket}`);
        await client.waitForFrame((frame) => frame.retry === 123);
        assert.equal((await fetch(`${hub.base}/sse?ticket=${ticket}`)).status, 403);
        const token = await openRaw(hub.url({ topics: 'a', sub: 'ann' }));
        await token.waitForFrame(isLive);
        assert.equal(await hub.disconnect('ann'), 2);
        await Promise.all([client.waitForEnd(), token.waitForEnd()]);
        assert.equal(await hub.disconnect('ann'), 0);
    });

    test('a cursor that was taken before an event leads to that event', async () => {
        const code = 'echo (new SseStream(["redis" => "memory:"]))->cursor("a");';
        const empty = await hub.php(code);
        await hub.publish('a', '1');
        const after = await hub.php(code);
        await hub.publish('a', '2');
        for (const [cursor, count] of [[empty, 2], [after, 1]]) {
            const client = await openRaw(hub.url({ topics: 'a' }, { lastEventId: cursor }));
            await client.waitForEvents(count);
            assert.deepEqual(client.data, numbers(3 - count, count));
        }
    });

    test('channels, patterns and lists: messages to whoever listens, items wait for the first who does', async () => {
        const publish = async (where, name, data) => {
            const { type: answered, text } = await send(hub, message(type.publish, [[where, name], [tag.data, data]]));
            assert.equal(answered, type.reply, text);
        };
        await publish(tag.queue, 'jobs', 'waits');
        const both = await openRaw(hub.url({ channels: 'news.a', patterns: 'news.*' }));
        await waitFor(async () => (await hub.metrics()).channels === 2, 5000, 'the channel and the pattern');
        await publish(tag.channel, 'news.a', 'twice');
        await publish(tag.channel, 'news.b', 'by pattern');
        await publish(tag.channel, 'other', 'to nobody');
        await both.waitForEvents(3);
        assert.deepEqual(both.data, ['twice', 'twice', 'by pattern']);
        const worker = await openRaw(hub.url({ queues: 'jobs' }));
        await worker.waitForEvents(1);
        await publish(tag.queue, 'jobs', 'second');
        await worker.waitForEvents(2);
        assert.deepEqual(worker.data, ['waits', 'second']);
    });

    test('a hub that was killed has forgotten: who comes back is told by a gap, and new events reach it', async () => {
        const source = await openEventSource(hub.url({ topics: 'a' }));
        await hub.waitForMetric('clients', 1);
        await hub.publish('a', '1', '2');
        await source.waitForEvents(2);
        await hub.kill();
        await hub.start();
        const gap = await source.waitForFrame((frame) => frame.event === 'gap', 15_000);
        assert.deepEqual(JSON.parse(gap.data), { source: 'a', reason: 'reset' });
        await hub.publish('a', '3');
        await source.waitForFrame((frame) => frame.data === '3');
    });

    test('what the broker refuses is an SseException with the reason', async () => {
        await assert.rejects(hub.publish('a', 'x'.repeat(100), ...[]).then(() => hub.php('(new SsePublisher())->publish("a", str_repeat("x", 200000));')), /SseException/);
        await hub.publish('a', 'still here');
    });
});
