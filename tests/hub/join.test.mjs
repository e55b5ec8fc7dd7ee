// Streams that get more sources, and lose some, while they are open.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join as joinPaths } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { message, send, tag, type } from './control.mjs';
import { numbers } from './client.mjs';

const isJoined = (name) => (frame) => frame.event === 'sse:joined' && JSON.parse(frame.data).channels.includes(name);
const isMessage = (frame) => frame.data !== null && frame.event === 'message';

let redis;
let hub;
let next;

const open = async (subscription) => openRaw(`${hub.base}/sse?ticket=${await hub.ticket(subscription)}`);
const change = async (method, stream, names) =>
    Number(await hub.php(`echo (new SsePublisher())->${method}($argv[1], json_decode($argv[2], true));`, stream, JSON.stringify(names)));
const join = (stream, names) => change('join', stream, names);
const leave = (stream, names) => change('leave', stream, names);
/** PUBLISHes, to somebody. */
const publish = async (name, text) => {
    if (redis) {
        await redis.client.publishToSomebody(name, text);
    } else {
        await send(hub, message(type.publish, [[tag.channel, name], [tag.data, text]]));
    }
};
const data = (client) => client.frames.filter(isMessage).map((frame) => frame.data);

function commonTests() {
    test('what is joined begins from now, and the client is told', async () => {
        await hub.publish('old', 'before');
        await hub.publish('new', 'before');
        const client = await open({ follow: 'old', id: 's1', user: '7' });
        await client.waitForFrame((frame) => frame.id !== null);
        await hub.publish('new', 'meanwhile');
        assert.equal(await join('s1', { follow: ['new', 'old'], psubscribe: 'p*', user: '7' }), 1);
        const joined = await client.waitForFrame(isJoined('new'));
        assert.deepEqual(JSON.parse(joined.data), { channels: ['new', 'old', 'p*'] });
        await hub.publish('new', 'after');
        await hub.publish('old', 'after that');
        await client.waitForFrame((frame) => frame.data === 'after that');
        assert.deepEqual(data(client), ['after', 'after that']);
        await hub.waitForMetric('joins', 1);
    });

    test('a stream of channels that joins a topic gets an id', async () => {
        const client = await open({ subscribe: 'plain', id: 's1' });
        await join('s1', { follow: 't' });
        await client.waitForFrame(isJoined('t'));
        assert.notEqual(client.lastEventId, null);
        const ids = await hub.publish('t', '1');
        await client.waitForFrame((frame) => frame.id === ids[0]);
    });

    test('another user, an unknown stream and too many names are refused', async () => {
        const mine = await open({ follow: 'a', id: 'mine', user: '7' });
        const nobodys = await open({ follow: 'a', id: 'nobodys' });
        await Promise.all([mine, nobodys].map((client) => client.waitForFrame((frame) => frame.id !== null)));
        await join('mine', { follow: 'b', user: '8' });
        await join('mine', { follow: 'b' });
        await leave('mine', { follow: 'a', user: '8' });
        await join('nobodys', { follow: 'b', user: '7' });
        await join('unknown', { follow: 'b' });
        await join('mine', { follow: numbers(1, 1024), user: '7' });
        await hub.waitForMetric('joins_refused', redis ? 5 : 6); // of all hubs that hear it over Redis, most do not know the stream
        assert.match(hub.log, /join_refused stream=mine user=8 reason="the stream is another user's"/);
        await join('mine', { follow: numbers(1, 1023), user: '7' });
        await mine.waitForFrame(isJoined('1023'), 20_000);
        await hub.publish('b', 'not for them');
        await hub.publish('a', 'for both');
        for (const client of [mine, nobodys]) {
            await client.waitForFrame((frame) => frame.data === 'for both');
            assert.deepEqual(data(client), ['for both']);
        }
    });

    test('broadcasts: Laravel\'s messages, with their channel', async () => {
        const client = await open({ broadcast: 'private-a', id: 's1' });
        await join('s1', { broadcast: ['private-b'], subscribe: 'private-b', psubscribe: 'private-*' });
        await client.waitForFrame(isJoined('private-b'));
        await publish('private-a', '{"event":"E","data":{"a":[1]},"socket":null}');
        await publish('private-b', '\r\n{ }\n');
        await publish('private-b', 'no\nJSON');
        await client.waitForFrame((frame) => frame.event === 'broadcast' && frame.data.includes('JSON'));
        const broadcasts = client.frames.filter((frame) => frame.event === 'broadcast').map((frame) => JSON.parse(frame.data));
        assert.deepEqual(broadcasts, [
            { channel: 'private-a', event: 'E', data: { a: [1] }, socket: null },
            { channel: 'private-b' },
            { channel: 'private-b', payload: 'no\nJSON' },
        ]);
        assert.equal(Object.keys(broadcasts[0])[0], 'channel');
        await waitFor(() => data(client).length === 5, 5000, 'the same as plain messages');
        await leave('s1', { broadcast: 'private-b', psubscribe: 'private-*' });
        await hub.waitForMetric('channels', 2);
        await publish('private-b', '{}');
        await client.waitForFrame((frame) => frame.data === '{}');
    });

    test('what was left is not heard any more; a stream that has left all stays open', async () => {
        const client = await open({ follow: ['a', 'b'], id: 's1' });
        await client.waitForFrame((frame) => frame.id !== null);
        await leave('s1', { follow: ['a', 'never'] });
        await hub.waitForMetric('channels', 1);
        await hub.publish('a', 'unheard');
        await hub.publish('b', 'heard');
        await client.waitForFrame((frame) => frame.data === 'heard');
        await leave('s1', { follow: 'b' });
        await hub.waitForMetric('channels', 0);
        await hub.publish('b', 'unheard');
        await join('s1', { follow: 'b' });
        await client.waitForFrame(isJoined('b'));
        await hub.publish('b', 'heard again');
        await client.waitForFrame((frame) => frame.data === 'heard again');
        assert.deepEqual(data(client), ['heard', 'heard again']);
        assert.equal((await hub.metrics()).clients, 1);
    });

    test('of two streams with one id the newer one is found', async () => {
        const older = await open({ follow: 'a', id: 's1' });
        const newer = await open({ follow: 'a', id: 's1' });
        await join('s1', { follow: 'b' });
        await newer.waitForFrame(isJoined('b'));
        await older.close();
        await hub.waitForMetric('clients', 1);
        await join('s1', { follow: 'c' });
        await newer.waitForFrame(isJoined('c'));
        assert.ok(!older.frames.some(isJoined('b')));
    });

    test('a join while a long log is being replayed loses and doubles nothing', async () => {
        await hub.php('$p = new SsePublisher(); for ($i = 1; $i <= 900; $i++) { $p->publish("a", $i . str_repeat(" ", 3000)); }');
        const client = await open({ follow: 'a', id: 's1', lastEventId: '0-0' });
        client.pause();
        const joining = join('s1', { follow: 'b' });
        await sleep(100);
        client.resume();
        await joining;
        await client.waitForFrame(isJoined('b'));
        await hub.publish('a', '901');
        await hub.publish('b', 'b');
        await client.waitForFrame((frame) => frame.data === 'b');
        assert.deepEqual(data(client).map((text) => text.trim()), [...numbers(1, 901), 'b']);
    });

    test('what is left before the replay is over brings no id that is newer than what the client has', async () => {
        await hub.php('$p = new SsePublisher(); for ($i = 1; $i <= 900; $i++) { $p->publish("a", $i . str_repeat(" ", 15000)); }');
        const client = await open({ follow: 'a', id: 's1', lastEventId: '0-0' });
        client.pause();
        await join('s1', { follow: 'b' });
        await leave('s1', { follow: 'b' });
        client.resume();
        await client.waitForFrame((frame) => frame.data?.startsWith('900 '));
        assert.equal(client.frames.filter(isJoined('b')).length, 1);
        const times = client.frames.filter((frame) => frame.id !== null).map((frame) => frame.id.split('-').map(Number));
        assert.deepEqual(times, times.toSorted((one, other) => one[0] - other[0] || one[1] - other[1]));
    });

    test('joins and leaves while events flow', async () => {
        const client = await open({ follow: 'a', id: 's1' });
        await client.waitForFrame((frame) => frame.id !== null);
        const end = joinPaths(hub.dir, 'end');
        const publishing = hub.php(`$p = new SsePublisher();
            for ($i = 1; !file_exists($argv[1]); clearstatcache(), $i++) { $p->publish('a', "a $i"); $p->publish('b', "b $i"); usleep(500); }
            echo $i - 1;`, end);
        await client.waitForFrame((frame) => frame.data === 'a 10');
        const of = (frames, topic) => frames.map((frame) => frame.data ?? '').filter((text) => text.startsWith(`${topic} `)).map((text) => Number(text.slice(2)));
        const spans = [];
        for (let round = 0; round < 6; round++) {
            const from = client.frames.length;
            await join('s1', { follow: ['b', `other.${round}`] });
            await waitFor(() => client.frames.slice(from).some(isJoined('b')), 5000, 'the join');
            await waitFor(() => of(client.frames.slice(from), 'b').length > 20, 5000, 'events of b');
            const to = client.frames.length;
            await leave('s1', { follow: round % 2 ? ['b'] : ['b', `other.${round}`] });
            spans.push([from, to]);
        }
        writeFileSync(end, '');
        const count = Number(await publishing);
        await client.waitForFrame((frame) => frame.data === `a ${count}`);
        assert.deepEqual(of(client.frames, 'a'), Array.from({ length: count }, (_, i) => i + 1));
        const all = of(client.frames, 'b');
        assert.deepEqual(all, [...new Set(all)].sort((x, y) => x - y), 'in order, none twice');
        for (const [from, to] of spans) {
            const frames = client.frames.slice(from, to);
            const live = of(frames.slice(frames.findIndex(isJoined('b'))), 'b');
            assert.ok(live.length > 0);
            assert.deepEqual(live, live.map((_, i) => live[0] + i), 'none is missing');
            // What is published to a before is before it in b, so the first of b is not long after the newest of a.
            const before = of(client.frames.slice(0, from + frames.findIndex(isJoined('b'))), 'a').at(-1);
            assert.ok(live[0] <= before + 1, `${live[0]} after ${before}`);
        }
    });
}

describe('joins, with Redis', { timeout: 120_000 }, () => {
    beforeEach(async () => {
        redis = await new RedisServer().start();
        hub = await new Hub(redis).start();
    });
    afterEach(async () => {
        await closeClients();
        await hub.stop();
        await next?.stop();
        await redis.stop();
        redis = next = undefined;
    });

    commonTests();

    test('what the turn brought before a join is given once, and what it brings behind it too', async () => {
        const client = await open({ subscribe: 'a', id: 's1' });
        const topic = await open({ follow: 't', id: 's2' });
        await topic.waitForFrame((frame) => frame.id !== null);
        await redis.client.subscribed('a');
        const other = await open({ subscribe: ['a', 'b'], follow: 'u' });
        await other.waitForFrame((frame) => frame.id !== null);
        const order = (kind, fields) => redis.client.command('PUBLISH', 'sse-hub', message(kind, fields).toString('latin1'));
        // All of it is written at once, so that the hub reads it in one turn.
        for (let round = 0; round < 3; round++) {
            await Promise.all([
                redis.client.command('PUBLISH', 'a', `a${round}.1`),
                redis.client.command('PUBLISH', 'b', `b${round}.1`),
                order(type.join, [[tag.stream, 's1'], [tag.subscribe, 'b']]),
                redis.client.command('PUBLISH', 'b', `b${round}.2`),
                redis.client.command('PUBLISH', 'a', `a${round}.2`),
                order(type.leave, [[tag.stream, 's1'], [tag.subscribe, 'b']]),
                redis.client.command('PUBLISH', 'b', `b${round}.3`),
                redis.client.command('PUBLISH', 'a', `a${round}.3`),
            ]);
            await client.waitForFrame((frame) => frame.data === `a${round}.3`);
            assert.deepEqual(data(client).slice(-4), [`a${round}.1`, `b${round}.2`, `a${round}.2`, `a${round}.3`]);
        }
        assert.equal(data(client).length, 12);
    });

    test('who joins what an earlier join still waits for waits too', async () => {
        const client = await open({ follow: 'a', id: 's1' });
        await client.waitForFrame((frame) => frame.id !== null);
        await redis.client.command('SET', 'sse:t', 'no log');
        await join('s1', { follow: 't' });
        await join('s1', { follow: ['t', 'a'], subscribe: 'c' });
        await join('s1', { follow: 'u' });
        await client.waitForFrame(isJoined('u'));
        assert.ok(!client.frames.some(isJoined('t')));
        await leave('s1', { follow: 'u' });
        await redis.client.command('DEL', 'sse:t');
        await waitFor(() => client.frames.filter(isJoined('t')).length === 2, 10_000, 'both joins');
        await hub.publish('t', 'heard');
        await client.waitForFrame((frame) => frame.data === 'heard');
        await join('s1', { follow: 't' });
        await waitFor(() => client.frames.filter(isJoined('t')).length === 3, 5000, 'a join of what is live');
    });

    test('what waits while one stream joins is bounded, by the length of its names too', async () => {
        const client = await open({ follow: 'a', id: 's1' });
        await client.waitForFrame((frame) => frame.id !== null);
        await redis.client.command('SET', 'sse:t', 'no log');
        const joinOften = (times, names) =>
            hub.php('$p = new SsePublisher(); for ($i = 0; $i < $argv[1]; $i++) { $p->join("s1", json_decode($argv[2], true)); }', times, JSON.stringify(names));
        await joinOften(100, { follow: 't' });
        const long = Array.from({ length: 50 }, (_, index) => String(index).padEnd(1000, 'x'));
        await joinOften(30, { follow: 't', subscribe: long });
        // A hundred of a kilobyte, and of the rest as many as begin within a mebibyte: their names are 50 KB.
        await hub.waitForMetric('joins_refused', 11);
        assert.equal((await hub.metrics()).joins, 119);
        await redis.client.command('DEL', 'sse:t');
        await waitFor(() => client.frames.filter(isJoined('t')).length === 119, 10_000, 'those that waited');
    });

    test('messages that are none are refused and counted', async () => {
        const client = await open({ follow: 'a', id: 's1' });
        await client.waitForFrame((frame) => frame.id !== null);
        const whole = message(type.join, [[tag.stream, 's1'], [tag.subscribe, 'b']]);
        const hear = (bytes) => redis.client.command('PUBLISH', 'sse-hub', bytes.toString('latin1'));
        await hear(whole.subarray(0, whole.length - 1));
        await hear(message(type.join, [[tag.stream, 's 1'], [tag.subscribe, 'b']]));
        await hear(message(type.leave, [[tag.stream, 's1'], [tag.subscribe, '']]));
        await hub.waitForMetric('joins_refused', 3);
        const { type: answer } = await send(hub, message(type.join, [[tag.stream, 's1'], [tag.subscribe, 'x'.repeat(1025)]]));
        assert.equal(answer, type.refused);
        await hub.waitForMetric('joins_refused', 4);
        await hear(Buffer.from('SSE'));
        await hear(whole);
        await client.waitForFrame(isJoined('b'));
    });

    test('after a takeover the new hub finds the stream', async () => {
        const client = await open({ follow: 'a', id: 's1', user: '7' });
        await client.waitForFrame((frame) => frame.id !== null);
        await join('s1', { follow: 'b', user: '7' });
        await client.waitForFrame(isJoined('b'));
        const old = hub;
        next = await hub.successor().start();
        hub = next;
        await waitFor(() => old.child.exitCode !== null, 5000, 'the end of the old hub');
        await join('s1', { follow: 'c', user: '7' });
        await client.waitForFrame(isJoined('c'));
        for (const topic of ['a', 'b', 'c']) {
            await hub.publish(topic, topic);
        }
        await client.waitForFrame((frame) => frame.data === 'c');
        assert.deepEqual(data(client), ['a', 'b', 'c']);
        await leave('s1', { follow: ['a', 'b', 'c'], user: '7' });
        await hub.waitForMetric('channels', 0);
    });

    test('broadcasts go on after a takeover, and announce what an outage may have cost', async () => {
        const client = await open({ broadcast: 'private-a' });
        await publish('private-a', '{"n":1}');
        const old = hub;
        next = await hub.successor().start();
        hub = next;
        await waitFor(() => old.child.exitCode !== null, 5000, 'the end of the old hub');
        await publish('private-a', '{"n":2}');
        await client.waitForFrame((frame) => frame.data?.includes('"n":2'));
        await redis.kill();
        await redis.start();
        await client.waitForFrame((frame) => frame.event === 'gap');
        await publish('private-a', '{"n":3}');
        await client.waitForFrame((frame) => frame.data?.includes('"n":3'));
        assert.deepEqual(client.frames.filter((frame) => frame.data !== null).map((frame) => JSON.parse(frame.data)), [
            { channel: 'private-a', n: 1 },
            { channel: 'private-a', n: 2 },
            { source: 'private-a', reason: 'disconnected' },
            { channel: 'private-a', n: 3 },
        ]);
    });

    test('joins and leaves during takeovers, and while Redis is killed, do no harm', async () => {
        const client = await open({ follow: 'a', id: 's1' });
        await client.waitForFrame((frame) => frame.id !== null);
        const changes = hub.php(`$p = new SsePublisher(); $end = microtime(true) + 6;
            for ($i = 0; microtime(true) < $end; $i++) { try { $i % 3 ? $p->join('s1', ['follow' => ['b', 'x'.$i % 5], 'subscribe' => 'c'])
                : $p->leave('s1', ['follow' => ['b', 'x'.$i % 2], 'subscribe' => 'c']); $p->publish('b', $i); $p->publish('a', $i); }
                catch (SseException) { usleep(20000); } usleep(300); }`);
        for (let round = 0; round < 2; round++) {
            await sleep(600);
            const old = hub;
            next = await hub.successor().start();
            hub = next;
            await waitFor(() => old.child.exitCode !== null, 10_000, 'the end of the old hub');
            assert.equal(old.child.exitCode, 0, old.log);
        }
        await redis.kill();
        await redis.start();
        await changes;
        await sleep(500);
        await join('s1', { follow: 'last' });
        await client.waitForFrame(isJoined('last'), 10_000);
        const ids = client.frames.filter((frame) => isMessage(frame) && frame.id !== null).map((frame) => frame.id);
        assert.equal(new Set(ids).size, ids.length, 'none twice');
    });
});

describe('joins, with the broker inside the hub', { timeout: 120_000 }, () => {
    beforeEach(async () => {
        hub = await new Hub(null).start();
    });
    afterEach(async () => {
        await closeClients();
        await hub.stop();
    });

    commonTests();

    test('the answer says whether it was done', async () => {
        await open({ follow: 'a', id: 's1' });
        assert.equal(await join('s1', { follow: 'b' }), 1);
        assert.equal(await leave('s1', { follow: 'b' }), 1);
        assert.equal(await join('s2', { follow: 'b' }), 0);
        assert.equal(await leave('s1', { follow: 'b', user: '7' }), 0);
    });
});
