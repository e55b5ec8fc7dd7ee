// What one address, one user, one stream and all together may have, met by those who want more. That each limit holds for well-behaved
// clients is in tests/hub/limits.test.mjs.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { token } from '../lib/hub.mjs';
import { waitFor } from '../lib/wait.mjs';
import { attack, dial, dialMany, exchange, many, MIB, stage, statusOf } from './attacks.mjs';

const request = (target, headers = '') => `GET ${target} HTTP/1.1\r\nHost: hub\r\n${headers}\r\n`;
const names = (prefix, count) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
/** The retry and the end. */
const wasTurnedAway = (answer) => statusOf(answer) === 200 && /\r\n\r\nretry: \d{4}\n\n$/.test(answer);

describe('limits under attack', { timeout: 300_000 }, () => {
    const MAX_PER_IP = 50, MAX_PER_USER = 5, MAX_CHANNELS = 3000;
    const place = stage({ maxPerIp: MAX_PER_IP, maxPerUser: MAX_PER_USER, maxChannels: MAX_CHANNELS, clientBuffer: 65536 });
    const url = (claims) => `/sse?token=${token(claims)}`;

    test('maxPerIp: silent connections of one address keep nobody else out', async () => {
        const count = many(500, 4000);
        await attack('one address, silent', place, { count, counted: { per_ip_refused: count - MAX_PER_IP }, logged: /http_per_ip address=127\.0\.0\.2/ }, async () => {
            const sockets = await dialMany(place.hub, count, { from: '127.0.0.2' });
            sockets.forEach((socket) => socket.write('G'));
            const isClosed = (socket) => socket.readableEnded || socket.destroyed;
            await waitFor(() => sockets.filter(isClosed).length >= count - MAX_PER_IP, 5000, 'those beyond the limit to be closed');
            assert.equal(sockets.filter((socket) => !isClosed(socket)).length, MAX_PER_IP);
            assert.equal(statusOf(await exchange(place.hub, request('/healthz'), { from: '127.0.0.3' })), 200);
            assert.equal(await exchange(place.hub, 'G', { from: '127.0.0.2' }), '');
            sockets.forEach((socket) => socket.destroy());
            await waitFor(async () => statusOf(await exchange(place.hub, request('/healthz'), { from: '127.0.0.2' })) === 200, 5000, 'room again');
        });
    });

    test('maxPerIp: streams count, the next is told to come back, and an X-Forwarded-For changes nothing', async () => {
        const count = 30;
        await attack('one address, streams', place, { count: MAX_PER_IP + count, counted: { http_streams: MAX_PER_IP, turned_away: count, per_ip_refused: count } }, async () => {
            const open = async (headers) => {
                const socket = await dial(place.hub, { from: '127.0.0.2' });
                socket.write(request(url({ topics: 'a' }), headers));
                await waitFor(() => socket.received.includes('\r\n\r\n'), 5000, 'an answer');
                return socket;
            };
            for (let at = 0; at < MAX_PER_IP; at++) {
                await open();
            }
            for (let at = 0; at < count; at++) {
                const answer = await exchange(place.hub, request(url({ topics: 'a' }), `X-Forwarded-For: 10.0.0.${at}\r\nForwarded: for=10.0.0.${at}\r\nX-Real-IP: 10.0.0.${at}\r\n`), { from: '127.0.0.2' });
                assert.ok(wasTurnedAway(answer), answer);
            }
            const other = await openRaw(place.hub.url({ topics: 'a' }));
            assert.equal(other.status, 200);
            await other.close();
        });
    });

    test('maxPerIp: a takeover counts the streams that it takes', async () => {
        const sockets = await dialMany(place.hub, MAX_PER_IP, { from: '127.0.0.4' });
        sockets.forEach((socket) => socket.write(request(url({ topics: 'a' }))));
        await waitFor(() => sockets.every((socket) => socket.received.includes('\r\n\r\n')), 5000, 'the streams');
        const next = await place.hub.successor().start();
        place.hub = next;
        await next.waitForMetric('clients', MAX_PER_IP + 1);
        assert.ok(wasTurnedAway(await exchange(next, request(url({ topics: 'a' })), { from: '127.0.0.4' })));
        sockets.forEach((socket) => socket.destroy());
        await next.waitForMetric('clients', 1);
        assert.equal(statusOf(await exchange(next, request('/healthz'), { from: '127.0.0.4' })), 200);
    });

    test('maxPerUser: a thousand tabs, from as many addresses, leave five', async () => {
        const count = many(200, 1000);
        await attack('one user', place, { count, grows: 6, counted: { evicted: count - MAX_PER_USER } }, async () => {
            for (let at = 0; at < count; at++) {
                const socket = await dial(place.hub, { from: `127.0.1.${at % 250 + 1}` });
                socket.write(request(url({ topics: 'a', sub: 'greedy' })));
                await waitFor(() => socket.received.includes('\r\n\r\n'), 5000, 'the stream');
            }
            await place.hub.waitForMetric('clients', MAX_PER_USER + 1);
        });
    });

    test('maxChannels: names that nobody else has are turned away, those that are there are served', async () => {
        const rounds = many(60, 300);
        await attack('names without an end', place, { count: 100 * rounds, grows: 12, keeps: 12, counted: { turned_away: rounds - MAX_CHANNELS / 100 }, logged: /turned_away .*reason="too many channels"/ }, async () => {
            let first;
            // Tickets, as a token has 8 KiB at most.
            const tickets = JSON.parse(await place.hub.php(
                `$p = new SsePublisher(); for ($i = 0; $i < $argv[1]; $i++) {
                    $t[] = $p->ticket(['follow' => array_map(fn ($j) => "$i-$j", range(0, 99))], 300);
                } echo json_encode($t);`, rounds));
            for (const [at, ticket] of tickets.entries()) {
                const socket = await dial(place.hub, { from: `127.0.2.${at % 250 + 1}` });
                socket.write(request(`/sse?ticket=${ticket}`));
                await waitFor(() => socket.received.includes('\r\n\r\n'), 5000, 'an answer');
                first ??= socket;
                if (at > 0 && at % 10 === 0) {
                    assert.ok((await place.hub.metrics()).channels <= MAX_CHANNELS);
                }
            }
            assert.ok(!first.readableEnded, 'the first stream is there');
            const known = await openRaw(place.hub.url({ topics: ['0-1', '1-1'] }));
            await known.waitForFrame((frame) => frame.id !== null);
            await known.close();
        });
        await place.hub.waitForMetric('channels', 1);
    });

    test('maxChannels: a stream that joins and joins', async () => {
        await attack('joins without an end', place, { count: 6000, grows: 12, keeps: 12, counted: { joins_refused: 3, joins: 3 }, logged: /join_refused .*too many/ }, async () => {
            const streams = [];
            for (let at = 0; at < 6; at++) {
                streams.push(await openRaw(`${place.hub.base}/sse?ticket=${await place.hub.ticket({ follow: 'a', id: `joins${at}` })}`));
                await place.hub.php('echo (new SsePublisher())->join($argv[1], ["follow" => json_decode($argv[2])]);', `joins${at}`, JSON.stringify(names(`j${at}-`, 900)));
            }
            await waitFor(async () => (await place.hub.metrics()).joins_refused >= 3, 5000, 'refused joins');
            assert.ok((await place.hub.metrics()).channels <= MAX_CHANNELS);
            await Promise.all(streams.map((client) => client.close()));
        });
    });

    test('presence that comes and goes', async () => {
        const rounds = many(100, 2000);
        const member = (user) => ({ presence: { room: { user, member: { id: user } } } });
        const first = await openRaw(`${place.hub.base}/sse?ticket=${await place.hub.ticket(member('first'))}`);
        await first.waitForFrame((frame) => /presence:subscribed/.test(frame.data)); // the hub has its connection for that from now on
        await first.close();
        await attack('a flood of presence', place, { count: rounds * 5, grows: 8, latest: 3000 }, async () => {
            const watching = await openRaw(`${place.hub.base}/sse?ticket=${await place.hub.ticket(member('watching'))}`);
            const tickets = JSON.parse(await place.hub.php(
                `$p = new SsePublisher(); for ($i = 0; $i < $argv[1]; $i++) {
                    $t[] = $p->ticket(['presence' => ['room' => ['user' => "u$i", 'member' => ['id' => $i, 'name' => str_repeat("n", 3000)]]]]);
                } echo json_encode($t);`, rounds));
            for (const [at, ticket] of tickets.entries()) {
                exchange(place.hub, request(`/sse?ticket=${ticket}`), { ms: 200, from: `127.0.3.${at % 250 + 1}` });
                if (at % 20 === 0) {
                    await exchange(place.hub, request('/healthz'), { from: '127.0.4.1' });
                }
            }
            await place.hub.waitForMetric('clients', 2, 10_000);
            assert.equal(watching.status, 200);
            await watching.close();
        });
        await place.hub.waitForMetric('presences', 0);
    });

    test('clients that come back with an old id and read nothing: each costs one answer of 64 KiB, and its buffer, at most', async () => {
        const count = many(15, 200);
        // 16 MiB: the system takes some 4 MiB for a client that reads nothing.
        await place.hub.php('$p = new SsePublisher(); for ($i = 0; $i < 40; $i++) { $p->publishMany(array_fill(0, 25, ["long", str_repeat("x", 16384)])); }');
        await attack('replays that nobody reads', place, { count, grows: 4 + count / 4, keeps: 4 + count / 4, counted: { replays: count } }, async () => {
            const sockets = [];
            for (let at = 0; at < count; at++) {
                const socket = await dial(place.hub, { from: `127.0.5.${at % 250 + 1}`, reads: false });
                socket.pause().write(request(`${url({ topics: 'long' })}&lastEventId=1-0`));
                sockets.push(socket);
            }
            let last;
            await waitFor(async () => (last = await place.hub.metrics()).backlogs >= count, 30_000, () => `${count} replays that wait for their reader, there are ${last.backlogs}`);
        });
    });

    test('the logs of a hundred topics: an answer does not grow with their number', async () => {
        const [topics, count, entries] = [names('wide', 100), many(3, 20), many(10, 30)];
        const ids = await place.hub.php(
            `$p = new SsePublisher(); for ($i = 0; $i < $argv[2]; $i++) {
                $p->publishMany(array_map(fn ($name) => [$name, str_repeat("x", 16384)], json_decode($argv[1])));
            }`, JSON.stringify(topics), entries);
        assert.equal(ids, '');
        await attack('replays of a hundred topics', place, { count, grows: 8 * count, keeps: 8 * count, counted: { replays: count } }, async () => {
            for (let at = 0; at < count; at++) {
                const socket = await dial(place.hub, { from: `127.0.8.${at + 1}`, reads: false });
                socket.pause().write(request(`${url({ topics })}&lastEventId=1-0`));
            }
            let last;
            await waitFor(async () => (last = await place.hub.metrics()).backlogs >= count, 30_000, () => `${count} backlogs, there are ${last.backlogs}`);
            // Who does read gets all of it.
            const client = await openRaw(place.hub.url({ topics }, { lastEventId: '1-0' }));
            await client.waitForEvents(entries * topics.length, 30_000);
            await client.close();
        });
    });

    test('heads of 16 KiB whose last byte does not come', async () => {
        const count = many(1000, 4000);
        await attack('heads that wait', place, { count, grows: (count * 48) / 1024, keeps: (count * 48) / 1024 }, async () => {
            for (let at = 0; at < count; at += 40) {
                const sockets = await dialMany(place.hub, 40, { from: `127.0.6.${at / 40 + 1}`, reads: false });
                sockets.forEach((socket) => socket.write(`GET /sse HTTP/1.1\r\nCookie: ${'x'.repeat(16_000)}`));
            }
            assert.equal(statusOf(await exchange(place.hub, request('/healthz'), { from: '127.0.7.1' })), 200);
        });
    });
});
