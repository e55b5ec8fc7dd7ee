// What a hub does when there is too much: clients, streams of one user, bytes that nobody reads.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { hubsForTests } from '../lib/hub.mjs';
import { SseParser } from '../lib/sse_parser.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { numbers, openStalled, unique } from './client.mjs';

const KIB = 1024;
/** Events of 40 KiB: more of them than the sockets between hub and client ever hold. */
const FLOOD = 400;

/** Publishes `count` events `from:xxxx…` of 40 KiB, their names given out in turn. */
const flood = (hub, topic, { from = 1, count = FLOOD, names = [null] } = {}) =>
    hub.php(
        `$p = new SsePublisher(); $names = json_decode($argv[4]);
        for ($i = (int) $argv[2]; $i < $argv[2] + $argv[3]; $i++) {
            $p->publish($argv[1], "$i:" . str_repeat("x", 40 * 1024), $names[$i % count($names)]);
        }`,
        topic, from, count, JSON.stringify(names),
    );
const numberOf = (frame) => Number(frame.data.split(':', 1)[0]);

/** Reads on after a stall, and returns the frames that arrive until `isLast`, or until the end. */
async function readRest(socket, isLast = () => false) {
    const frames = [];
    const parser = new SseParser((frame) => frames.push(frame));
    parser.push(socket.received.slice(socket.received.indexOf('\r\n\r\n') + 4));
    socket.on('data', (text) => parser.push(text));
    socket.resume();
    await waitFor(() => socket.destroyed || frames.some(isLast), 15_000, () => `the rest after ${frames.length} frames`);
    return frames;
}

/** A client that has read the flood, and one that reads nothing of it. */
async function floodTwo(hub) {
    const topic = unique('topic');
    const url = hub.url({ topics: topic });
    const reading = await openRaw(url);
    const stalled = await openStalled(url);
    await reading.waitForFrame((frame) => frame.id !== null);
    await flood(hub, topic);
    await reading.waitForEvents(FLOOD, 15_000);
    return { topic, url, reading, stalled };
}

describe('limits', { timeout: 120_000 }, () => {
    const hubWith = hubsForTests();

    test('maxClients: the next client gets 200, a retry and the end, and is welcome when another has left', async () => {
        const hub = await hubWith({ maxClients: 3 });
        const url = hub.url({ topics: 'a' });
        const held = await Promise.all([openRaw(url), openRaw(url), openRaw(url)]);
        const waits = new Set();
        for (let attempt = 0; attempt < 4; attempt++) {
            const client = await openRaw(url);
            assert.equal(client.status, 200);
            assert.equal(client.headers['content-type'], 'text/event-stream; charset=utf-8');
            await client.waitForEnd();
            assert.ok(client.isComplete());
            assert.deepEqual(client.data, []);
            waits.add(client.frames.find((frame) => frame.retry !== null).retry);
        }
        assert.ok(waits.size > 1 && [...waits].every((ms) => ms >= 1000), `waits of ${[...waits]} ms`);
        assert.equal((await hub.metrics()).turned_away, 4);
        assert.equal((await hub.metrics()).clients, 3);
        await held[0].close();
        await hub.waitForMetric('clients', 2);
        const welcome = await openRaw(url);
        await welcome.waitForFrame((frame) => frame.id !== null);
    });

    test('maxPerUser: the oldest stream of the user gives way, with a long retry; other users and nobody are not counted', async () => {
        const hub = await hubWith({ maxPerUser: 2 });
        const open = (sub) => openRaw(hub.url({ topics: 'a', ...(sub ? { sub } : {}) }));
        const ann = [];
        for (let tab = 0; tab < 3; tab++) {
            ann.push(await open('ann'));
            await hub.waitForMetric('http_streams', tab + 1);
        }
        const others = [await open('bob'), await open('bob'), await open(), await open(), await open()];
        await ann[0].waitForEnd();
        assert.ok(ann[0].isComplete());
        assert.ok(ann[0].frames.find((frame) => frame.retry !== null).retry >= 30_000);
        await hub.waitForMetric('clients', 7);
        assert.equal((await hub.metrics()).evicted, 1);
        await hub.publish('a', 'x');
        for (const client of [ann[1], ann[2], ...others]) {
            await client.waitForEvents(1);
        }
    });

    test('disconnect() ends all streams of a user, counts them, and leaves the others alone', async () => {
        const hub = await hubWith({});
        const open = (sub) => openRaw(hub.url({ topics: 'a', sub }));
        const ann = await Promise.all([open('ann'), open('ann'), open('ann')]);
        const bob = await open('bob');
        await hub.waitForMetric('clients', 4);
        assert.equal(await hub.disconnect('ann'), 1, 'one hub heard it');
        for (const client of ann) {
            await client.waitForEnd();
            assert.ok(client.isComplete());
        }
        assert.equal((await hub.metrics()).kicked, 3);
        await hub.disconnect('nobody');
        await hub.publish('a', 'x');
        await bob.waitForEvents(1);
    });

    test('overflow cut: who does not read is cut off and resumes from its id; others get everything meanwhile', async () => {
        const hub = await hubWith({ clientBuffer: 256 * KIB });
        const { url, reading, stalled } = await floodTwo(hub);
        assert.deepEqual(reading.events.map(numberOf), numbers(1, FLOOD).map(Number));
        await hub.waitForMetric('overflow_cut', 1);
        await hub.waitForMetric('clients', 1);
        const first = (await readRest(stalled)).filter((frame) => frame.data !== null);
        assert.ok(first.length < FLOOD, `${first.length} events came before the cut`);
        const again = await openRaw(url, { headers: { 'Last-Event-ID': first.at(-1)?.id ?? '0-0' } });
        await waitFor(() => again.events.length >= FLOOD - first.length, 15_000, () => `${again.events.length} events`);
        assert.deepEqual([...first, ...again.events].map(numberOf), numbers(1, FLOOD).map(Number));
    });

    test('overflow drop-oldest: a gap is announced, and the newest events follow in order', async () => {
        const hub = await hubWith({ clientBuffer: 256 * KIB, overflow: 'drop-oldest' });
        const { topic, reading, stalled } = await floodTwo(hub);
        const { overflow_dropped: dropped, overflow_cut: cut, clients } = await hub.metrics();
        assert.ok(dropped > 0 && cut === 0 && clients === 2, `${dropped} dropped, ${cut} cut, ${clients} clients`);
        const frames = await readRest(stalled, (frame) => frame.data?.startsWith(`${FLOOD}:`));
        const gaps = frames.filter((frame) => frame.event === 'gap').map((frame) => JSON.parse(frame.data));
        assert.deepEqual(gaps, [{ source: '', reason: 'overflow' }]);
        const received = frames.filter((frame) => frame.data !== null && frame.event === 'message').map(numberOf);
        assert.equal(received.length + dropped, FLOOD, 'what was not dropped was received');
        assert.deepEqual(received, [...received].sort((a, b) => a - b), 'in order');
        await hub.publish(topic, 'afterwards');
        await waitFor(() => stalled.received.includes('data: afterwards\n'), 5000, 'the stream to go on');
        stalled.destroy();
    });

    test('overflow drop-oldest: a buffer no larger than what the socket took a part of cuts nobody off', async () => {
        const hub = await hubWith({ clientBuffer: 64 * KIB, overflow: 'drop-oldest' });
        const topic = unique('topic');
        const stalled = await Promise.all(numbers(1, 20).map(() => openStalled(hub.url({ topics: topic }))));
        // Three events come in one turn, and are begun together.
        await hub.php(
            `$p = new SsePublisher(); $events = array_fill(0, 3, [$argv[1], str_repeat("x", 20 * 1024)]);
            for ($i = 0; $i < 200; $i++) { $p->publishMany($events); }`,
            topic,
        );
        await waitFor(async () => (await hub.metrics()).overflow_dropped > 0, 5000, 'an overflow');
        const { overflow_cut: cut, clients } = await hub.metrics();
        assert.deepEqual({ cut, clients }, { cut: 0, clients: 20 });
        stalled.forEach((socket) => socket.destroy());
    });

    test('overflow latest: of each event name the newest is kept', async () => {
        const hub = await hubWith({ clientBuffer: 512 * KIB, overflow: 'latest' });
        const topic = unique('topic');
        const names = ['price', 'volume', 'state'];
        const url = hub.url({ topics: topic });
        const reading = await openRaw(url);
        const stalled = await openStalled(url);
        await reading.waitForFrame((frame) => frame.id !== null);
        await flood(hub, topic, { names });
        await reading.waitForEvents(FLOOD, 15_000);
        const newest = Object.fromEntries(names.map((name) => [name, Math.max(...reading.events.filter((event) => event.event === name).map(numberOf))]));
        const frames = await readRest(stalled, (frame) => frame.data?.startsWith(`${FLOOD}:`));
        const received = frames.filter((frame) => names.includes(frame.event));
        assert.deepEqual(received.map(numberOf), received.map(numberOf).sort((a, b) => a - b), 'in order');
        for (const name of names) {
            assert.equal(numberOf(received.findLast((frame) => frame.event === name)), newest[name], name);
        }
        const { overflow_dropped: dropped, overflow_cut: cut } = await hub.metrics();
        assert.ok(dropped > 0 && cut === 0);
        assert.equal(received.length + dropped, FLOOD);
        stalled.destroy();
    });

    test('a client that is idle is asked whether it is there', async () => {
        const hub = await hubWith({});
        const client = await openRaw(hub.url({ topics: 'a' }));
        await client.waitForFrame((frame) => frame.id !== null);
        // The hub's end: bytes that are not acknowledged, and which timer runs; 02 is that of keepalive.
        const port = hub.port.toString(16).toUpperCase().padStart(4, '0');
        const row = new RegExp(`^ *\\d+: \\w+:${port} \\w+:\\w+ 01 (\\w+):\\w+ (\\d+):`, 'm');
        await waitFor(() => /^0+ 02$/.test(readFileSync('/proc/net/tcp', 'utf8').match(row)?.slice(1).join(' ')), 2000, 'keepalive');
    });

    test('fifty clients that do not read cost no more than their buffers', async () => {
        const hub = await hubWith({ clientBuffer: 64 * KIB, overflow: 'drop-oldest' });
        const topic = unique('topic');
        const url = hub.url({ topics: topic });
        const stalled = await Promise.all(numbers(1, 50).map(() => openStalled(url)));
        const reading = await openRaw(url);
        await reading.waitForFrame((frame) => frame.id !== null);
        const before = (await hub.metrics()).resident_bytes;
        await flood(hub, topic, { count: 300 });
        await reading.waitForEvents(300, 15_000);
        const grown = (await hub.metrics()).resident_bytes - before;
        // Besides, for each the rest of what the socket took a part of; and what one turn of the loop brought.
        assert.ok(grown < 50 * (64 + 64 + 64) * KIB + 8192 * KIB, `grown by ${Math.round(grown / KIB)} KiB`);
        stalled.forEach((socket) => socket.destroy());
        await Promise.all(stalled.map((socket) => socket.closed || once(socket, 'close')));
        await hub.waitForMetric('clients', 1);
        await sleep(50);
    });
});
