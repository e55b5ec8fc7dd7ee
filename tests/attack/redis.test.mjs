// What somebody who may write to Redis, or publish, can do to the hub itself: it must go on, in bounds. Events they may forge:
// whoever may write to Redis has full control over those.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { message, tag, type } from '../hub/control.mjs';
import { attack, exchange, many, MIB, stage, statusOf } from './attacks.mjs';

/* Of src/core/wire.h. */
const SUBSCRIPTION = 128;
const FOLLOW = 2, USER = 14, STREAM = 41, HEAD = 48;

describe('hostile Redis data', { timeout: 300_000 }, () => {
    const place = stage();
    const redis = (...words) => place.redis.client.command(...words);

    test('log entries without their fields, with others, of other names, binary and huge', async () => {
        await attack('poisoned log entries', place, { count: 9, grows: 40, keeps: 40 }, async () => {
            await place.hub.publish('poisoned', 'first');
            const [[first]] = await redis('XRANGE', 'sse:poisoned', '-', '+');
            const ms = BigInt(first.split('-')[0]);
            const add = (at, ...fields) => redis('XADD', 'sse:poisoned', `${ms}-${at}`, ...fields);
            await add(10, 'x', 'y');
            await add(11, 'event', 'no data');
            await add(12, 'data', 'forged\n\nevent: evil\ndata: x', 'event', 'a\ndata: forged\n\nevent: evil');
            await add(13, 'event', 'a\rid: 99', 'data', '\r\rid: 99');
            await add(14, 'data', '1', 'data', '2');
            await add(15, 'data', '\u2028 \u0000 \ufeff');
            await add(16, 'data', 'h'.repeat(8 * MIB));
            await add(17, ...Array.from({ length: 2000 }, (_, index) => `f${index}`));
            await add(18, 'data', 'last');
            const client = await openRaw(place.hub.url({ topics: 'poisoned' }, { lastEventId: `${ms - 1n}-0` }));
            await client.waitForFrame((frame) => frame.data === 'last', 10_000);
            assert.ok(client.frames.every((frame) => frame.event !== 'evil' && frame.id !== '99'), 'no field was forged');
            assert.equal(client.data.find((data) => data?.length === 8 * MIB)?.length, 8 * MIB);
            await client.close();
        });
    });

    test('keys of other types: the clock, a log, a ticket', async () => {
        await attack('keys of other types', place, { count: 3, logged: [/log_unreadable|replay_refused/], counted: { turned_away: 1 } }, async () => {
            await redis('RPUSH', 'sse:list', 'x');
            const client = await openRaw(place.hub.url({ topics: 'list' }, { lastEventId: '1-0' }));
            await redis('RPUSH', 'sse-ticket:list', 'x');
            assert.equal(statusOf(await exchange(place.hub, 'GET /sse?ticket=list HTTP/1.1\r\nHost: hub\r\n\r\n')), 200, 'come back');
            await sleep(200);
            await client.close();
        });
    });

    test('tickets that are no subscription, cut at every byte, or hold a head and a user of another', async () => {
        const good = message(SUBSCRIPTION, [[FOLLOW, 'a'], [USER, 'ann'], [HEAD, 'HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n\r\n']]);
        const hex = (bytes) => redis('EVAL', "redis.call('set', KEYS[1], (ARGV[1]:gsub('..', function (x) return string.char(tonumber(x, 16)) end)))", 1, 'sse-ticket:cut', bytes.toString('hex'));
        await attack('poisoned tickets', place, { count: good.length, logged: /ticket_unreadable/ }, async () => {
            for (let length = 0; length <= good.length; length++) {
                await hex(good.subarray(0, length));
                const answer = await exchange(place.hub, 'GET /sse?ticket=cut HTTP/1.1\r\nHost: hub\r\n\r\n', { ms: 100 });
                assert.ok([200, 403].includes(statusOf(answer)), `${length}: ${answer}`);
                assert.ok(!answer.includes('Set-Cookie'), 'a ticket writes no head');
            }
        });
    });

    test('messages between hubs that are broken, of other types and versions, and floods of them', async () => {
        const count = many(3000, 50_000);
        const messages = [
            'x', '', 'SSE', message(type.join, [[FOLLOW, 'a']]).toString('latin1'), message(type.join, [[FOLLOW, 'a'], [STREAM, '../..']]).toString('latin1'),
            message(type.disconnect, [[tag.subscribe, 'x']]).toString('latin1'), message(type.disconnect, [], 9).toString('latin1'), message(4242).toString('latin1'),
            message(type.leave, [[STREAM, 'none'], [FOLLOW, 'x'.repeat(1025)]]).toString('latin1'),
        ];
        await attack('messages between hubs', place, { count, counted: { joins_refused: 1 }, logged: /join_unreadable/ }, async () => {
            for (let at = 0; at < count; at += messages.length) {
                await Promise.all(messages.map((text) => redis('PUBLISH', 'sse-hub', text)));
            }
        });
    });

    test('who hears patterns that hold the channel of the hubs is joined and left from within', async () => {
        await attack('a stream that hears the hubs', place, { count: 100 }, async () => {
            const client = await openRaw(`${place.hub.base}/sse?ticket=${await place.hub.ticket({ psubscribe: ['sse-*', '*'], subscribe: 'sse-hub', id: 'within' })}`);
            for (let at = 0; at < many(5, 50); at++) {
                await place.hub.php(
                    `$p = new SsePublisher(); $p->leave('within', ['psubscribe' => ['sse-*', '*'], 'subscribe' => 'sse-hub']);
                    $p->join('within', ['psubscribe' => 'sse-*']); $p->disconnect('nobody');`,
                );
            }
            assert.equal(client.status, 200);
            await client.close();
        });
    });

    test('signals of a log that cannot be read: as many as are published, and the hub keeps a bounded part', async () => {
        const megabytes = many(48, 256);
        await attack('signals without a log', place, { count: megabytes, grows: 24, keeps: 24, logged: /log_unreadable/ }, async () => {
            await redis('SET', 'sse:unreadable', 'no log');
            const client = await openRaw(place.hub.url({ topics: 'unreadable' }));
            await place.redis.client.subscribed('sse:unreadable');
            await waitFor(() => /log_unreadable/.test(place.hub.log), 5000, 'the hub to see it');
            const now = Date.now();
            for (let at = 0; at < megabytes; at++) {
                await redis('PUBLISH', 'sse:unreadable', `${now}-${at + 1} ${now}-${at}\n\n${'x'.repeat(MIB)}`);
            }
            await place.hub.metrics();
            await client.close();
            await redis('DEL', 'sse:unreadable');
        });
    });

    test('signals that are none, that go back, and of 16 MiB', async () => {
        await attack('hostile signals', place, { count: 400, grows: 80, keeps: 80 }, async () => {
            const client = await openRaw(place.hub.url({ topics: 'signalled' }));
            await client.waitForFrame((frame) => frame.id !== null);
            for (const text of ['x', '1-0', '1-0 0-0', '1-0 0-0\n', '1-0 0-0\nevent\rid: 1\nx', '0-0 9-9\n\nback', '-1 -1\n\n', `${'9'.repeat(40)}-0 0-0\n\nx`, '1-1 1-0\n\nold']) {
                for (let at = 0; at < 40; at++) {
                    await redis('PUBLISH', 'sse:signalled', text);
                }
            }
            await redis('PUBLISH', 'sse:signalled', 'x'.repeat(16 * MIB));
            await place.hub.publish('signalled', 'an honest one');
            await client.waitForFrame((frame) => frame.data === 'an honest one');
            assert.deepEqual(client.data, ['an honest one']);
            await client.close();
        });
    });
});
