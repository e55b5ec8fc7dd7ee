// A new hub takes the streams of a running one: nothing is lost, nothing comes twice, nobody is disconnected.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { repository, temporaryDirectory } from '../lib/paths.mjs';
import { run, start } from '../lib/process.mjs';
import { RedisClient, RedisServer } from '../lib/redis.mjs';
import { SseParser } from '../lib/sse_parser.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';

const publishScript = readFileSync(join(repository, 'src/io/lua/publish.lua'), 'utf8');
const tools = temporaryDirectory('takeover');
let redis;
let hub;

before(async () => {
    redis = await new RedisServer().start();
    for (const tool of ['control_client', 'takeover_peer']) {
        await run('cc', ['-std=gnu11', '-o', join(tools, tool), join(repository, `tests/hub/${tool}.c`)]);
    }
});
after(() => redis.stop());
beforeEach(async () => {
    await redis.client.command('FLUSHALL');
    hub = await new Hub(redis).start();
});
afterEach(async () => {
    await Promise.all([...floods].map((flood) => flood.stop()));
    await closeClients();
    await hub.stop();
});

const floods = new Set();

/** Publishes as fast as Redis answers, always the same number of messages in flight, until it is stopped. */
class Flood {
    all = [];
    #client = new RedisClient(redis.port);
    #running = true;
    #done;
    #count = 0;

    /** @param targets "topic:a", "channel:b" or "list:c"; each gets its share in turn */
    constructor(targets, { batch = 6, pause = 2 } = {}) {
        floods.add(this);
        this.#done = this.#run(targets, batch, pause);
    }

    #publish(target) {
        const [kind, name] = target.split(':');
        const data = `${name} ${++this.#count}`;
        this.all.push({ target, data });
        switch (kind) {
            case 'topic':
                return this.#client.command('EVAL', publishScript, 2, `sse:${name}`, 'sse', '', data, 100_000, 3600);
            case 'channel':
                return this.#client.command('PUBLISH', name, data);
            default:
                return this.#client.command('RPUSH', name, data);
        }
    }

    async #run(targets, batch, pause) {
        while (this.#running) {
            await Promise.all(Array.from({ length: batch }, () => this.#publish(targets[this.#count % targets.length])));
            await sleep(pause);
        }
    }

    async stop() {
        this.#running = false;
        await this.#done;
        this.#client.close();
        floods.delete(this);
    }

    /** What a client of these sources has to have, in order. */
    of(...targets) {
        return this.all.filter(({ target }) => targets.includes(target)).map(({ data }) => data);
    }
}

/** The events of a stream are exactly these; says where they part. */
function assertComplete(stream, expected, name) {
    const { data } = stream;
    const at = expected.findIndex((value, index) => data[index] !== value);
    assert.deepEqual(
        { name, count: data.length, part: at < 0 ? [] : data.slice(at, at + 3) },
        { name, count: expected.length, part: at < 0 ? [] : expected.slice(at, at + 3) },
    );
}

async function receivedAll(streams, flood) {
    for (const { stream, targets, name } of streams) {
        const expected = flood.of(...targets);
        await waitFor(() => stream.data.length >= expected.length, 10_000, () => `${expected.length} of ${name}, got ${stream.data.length}`);
    }
    await sleep(100); // what comes twice may come late
    for (const { stream, targets, name } of streams) {
        assertComplete(stream, flood.of(...targets), name);
    }
}

/** Replaces the hub and waits for the end of the old one, which must be a good one: exit status and signal. */
async function replace(goodEnds = ['0,']) {
    const old = hub;
    const gone = once(old.child, 'exit');
    hub = await old.successor().start();
    assert.match(hub.log, / takeover role=new /, `${hub.log}\n${old.log}`);
    assert.ok(goodEnds.includes(String(await gone)), old.log);
    return { old, pause: Number(/ takeover role=old .*pause_ms=(\d+)/.exec(old.log)[1]) };
}

/** Streams of every kind of source, open and in step. */
async function openStreams(kinds) {
    const streams = [];
    for (const { claims, targets, count = 1 } of kinds) {
        for (let index = 0; index < count; index++) {
            const stream = await openRaw(hub.url(claims));
            streams.push({ stream, targets, name: `${targets.join('+')} #${index}` });
            stream.closed.then(() => {
                stream.ended = true;
            });
        }
    }
    for (const { stream, targets } of streams) {
        if (targets.some((target) => target.startsWith('topic:'))) {
            await stream.waitForFrame((frame) => frame.id !== null);
        }
    }
    for (const name of new Set(streams.flatMap(({ targets }) => targets).filter((target) => target.startsWith('channel:')))) {
        await redis.client.subscribed(name.slice(8));
    }
    return streams;
}

const everyKind = [
    { claims: { topics: ['a'] }, targets: ['topic:a'], count: 4 },
    { claims: { topics: ['a', 'b'] }, targets: ['topic:a', 'topic:b'], count: 3 },
    { claims: { channels: ['news'] }, targets: ['channel:news'], count: 4 },
    { claims: { topics: ['b'], channels: ['news'] }, targets: ['topic:b', 'channel:news'], count: 3 },
    { claims: { topics: ['a', 'b'], channels: ['news', 'more'] }, targets: ['topic:a', 'topic:b', 'channel:news', 'channel:more'] },
    { claims: { queues: ['jobs'] }, targets: ['list:jobs'] },
];
const everyTarget = ['topic:a', 'channel:news', 'topic:b', 'list:jobs', 'channel:more'];

test('two takeovers under load: nothing is lost, doubled or out of order, and no connection ends', async () => {
    // Those that get nothing make the moment long in which much comes to the others.
    const idle = { claims: { topics: ['idle'] }, targets: ['topic:idle'], count: 400 };
    const streams = await openStreams([...everyKind, idle]);
    await redis.client.blocked();
    const flood = new Flood(everyTarget, { batch: 10, pause: 0 });
    for (let round = 0; round < 2; round++) {
        await sleep(500);
        const { pause } = await replace();
        assert.ok(pause < 1000, `${pause} ms`);
    }
    await sleep(500);
    await flood.stop();
    await receivedAll(streams, flood);
    assert.ok(streams.every(({ stream }) => !stream.ended));
    assert.ok(streams.every(({ stream }) => !stream.frames.some((frame) => frame.event === 'gap')));
    const stats = await hub.stats();
    assert.equal(stats.clients, streams.length);
    assert.equal(stats.taken_over, streams.length);
});

/** A field of core/wire.h. */
function field(tag, value) {
    const bytes = typeof value === 'number' ? Buffer.alloc(8) : Buffer.from(value);
    if (typeof value === 'number') {
        bytes.writeBigUInt64BE(BigInt(value));
    }
    const head = Buffer.alloc(8);
    head.writeUInt16BE(tag);
    head.writeUInt32BE(bytes.length, 4);
    return Buffer.concat([head, bytes]);
}

const handoff = (...fields) => Buffer.concat([Buffer.from([0x53, 0x53, 0x45, 1, 0, 1, 0, 0]), ...fields]).toString('hex');

/** The payload of FastCGI's STDOUT records; throws when they are not what FastCGI says. */
function stdoutOf(bytes) {
    const parts = [];
    for (let at = 0; at < bytes.length; ) {
        const length = bytes.readUInt16BE(at + 4);
        assert.deepEqual([...bytes.subarray(at, at + 4)], [1, 6, 0, 7], `a record at ${at}`);
        parts.push(bytes.subarray(at + 8, at + 8 + length));
        at += 8 + length + bytes[at + 6];
    }
    return Buffer.concat(parts);
}

test('connections that workers have handed over go on as well, raw and FastCGI', async () => {
    const follow = [field(2, 'a'), field(10, 300)];
    const handOver = (message) => run(join(tools, 'control_client'), [hub.control, message, '--fd', 'tcp', '--release', '--read', '4000']);
    const raw = handOver(handoff(...follow, field(16, 0)));
    const fcgi = handOver(handoff(...follow, field(16, 2), field(17, 7)));
    await waitFor(async () => (await hub.stats()).clients === 2, 3000, 'two handoffs');
    await redis.client.subscribed('sse:a');
    await sleep(100);
    const flood = new Flood(['topic:a']);
    await sleep(500);
    await replace();
    await sleep(300);
    await flood.stop();
    for (const [output, unwrap] of [[await raw, (bytes) => bytes], [await fcgi, stdoutOf]]) {
        const [, hex, state] = /stream ([0-9a-f]*) (\w+)/.exec(output);
        const events = [];
        new SseParser((frame) => frame.data !== null && frame.event !== 'ping' && events.push(frame.data)).push(
            unwrap(Buffer.from(hex, 'hex')).toString(),
        );
        assert.equal(state, 'open');
        assertComplete({ data: events }, flood.of('topic:a'), 'handed over');
    }
});

test('a client that does not read gets what waited for it, and the rest of its replay', async () => {
    const add = (data) => redis.client.command('EVAL', publishScript, 2, 'sse:big', 'sse', '', data, 100_000, 3600);
    const first = await add('first');
    for (let index = 0; index < 40; index++) {
        await add(`${index} ${'x'.repeat(200_000)}`);
    }
    const stream = await openRaw(hub.url({ topics: ['big'], channels: ['live'] }, { lastEventId: first }));
    stream.pause();
    await waitFor(async () => (await hub.stats()).bytes_out > 100_000, 3000, 'the socket to be full');
    await sleep(100);
    await replace();
    stream.resume();
    await stream.waitForEvents(40, 10_000);
    await redis.client.subscribed('live');
    await redis.client.command('PUBLISH', 'live', 'after');
    await stream.waitForEvents(41);
    assert.deepEqual(stream.data.map((data) => data.split(' ')[0]), [...Array(40).keys(), 'after'].map(String));
});

const identity = () => `tcp://127.0.0.1:${redis.port}/0?prefix=`;

for (const mode of ['ready', 'done']) {
    test(`a new hub that dies (${mode}) leaves the old one as it was`, async () => {
        const streams = await openStreams(everyKind);
        const flood = new Flood(everyTarget);
        await sleep(300);
        await run(join(tools, 'takeover_peer'), [hub.control, identity(), mode]);
        await waitFor(() => / takeover_failed /.test(hub.log), 5000, () => hub.log);
        await sleep(300);
        await flood.stop();
        await receivedAll(streams, flood);
        assert.equal((await hub.stats()).phase, 'serving');
        const another = await openRaw(hub.url({ topics: ['a'] }));
        await another.waitForFrame((frame) => frame.id !== null);
        assert.ok(streams.every(({ stream }) => !stream.ended));
    });
}

test('a new hub that says nothing is waited for 5 s; then the old one goes on, and a real one may come', async () => {
    const streams = await openStreams(everyKind);
    const flood = new Flood(everyTarget, { pause: 20 });
    await sleep(200);
    const output = await run(join(tools, 'takeover_peer'), [hub.control, identity(), 'silent']);
    assert.match(output, /closed\n$/);
    assert.match(hub.log, /takeover_failed role=old .*reason="the new hub did not answer in time"/);
    await sleep(200);
    await replace();
    await sleep(200);
    await flood.stop();
    await receivedAll(streams, flood);
});

test('a join whose topic becomes live while the streams are held for a new hub is told when that one fails', async () => {
    const client = await openRaw(`${hub.base}/sse?ticket=${await hub.ticket({ follow: 'a', id: 's1' })}`);
    await client.waitForFrame((frame) => frame.id !== null);
    await redis.client.command('SET', 'sse:t', 'no log');
    await hub.php("(new SsePublisher())->join('s1', ['follow' => 't']);");
    await hub.waitForMetric('joins', 1);
    await sleep(1500);
    const peer = run(join(tools, 'takeover_peer'), [hub.control, identity(), 'silent']);
    await sleep(500);
    await redis.client.command('DEL', 'sse:t'); // the log is read again 5 s after it could not be: before the new hub is given up
    assert.match(await peer, /closed\n$/);
    await client.waitForFrame((frame) => frame.event === 'sse:joined');
    await hub.publish('t', 'heard');
    await client.waitForFrame((frame) => frame.data === 'heard');
});

test('a new hub that is killed at any moment costs no stream', async () => {
    const streams = await openStreams(everyKind);
    const flood = new Flood(everyTarget, { pause: 5 });
    for (const after of [0, 5, 15, 40]) {
        const next = hub.successor();
        const asked = () => hub.log.split(' takeover_asked ').length;
        const before = asked();
        const started = next.start().catch(() => {});
        await waitFor(() => asked() > before, 5000, () => hub.log);
        await sleep(after);
        // Stopped first: whether the streams are its already, the old hub's log says for certain only when nothing moves.
        next.child.kill('SIGSTOP');
        await sleep(100);
        if (/ takeover role=old/.test(hub.log)) {
            next.child.kill('SIGCONT');
            hub = next;
        } else {
            await next.kill();
        }
        await started;
        await sleep(200);
    }
    await flood.stop();
    await receivedAll(streams, flood);
});

test('without Redis the streams pass all the same: topics lose nothing, channels are told a gap', async () => {
    const streams = await openStreams(everyKind.filter(({ claims }) => !claims.queues));
    const flood = new Flood(everyTarget.filter((target) => !target.startsWith('list:')));
    await sleep(200);
    await flood.stop();
    await receivedAll(streams, flood);
    redis.pause();
    try {
        await waitFor(async () => (await hub.stats()).broker_ready === false, 10_000, () => hub.log);
        const old = hub;
        const gone = once(old.child, 'exit');
        hub = old.successor();
        const started = hub.start();
        await waitFor(() => / takeover role=new .*marked=0/.test(hub.log), 10_000, () => `${hub.log}\n${old.log}`);
        assert.deepEqual(await gone, [0, null], old.log);
        redis.resume();
        await started;
    } finally {
        redis.resume();
    }
    await redis.client.subscribed('sse:b');
    await redis.client.subscribed('news');
    await redis.client.subscribed('more');
    const { stream: probe } = streams[0];
    const more = new Flood(['topic:a', 'topic:b', 'channel:news']);
    await sleep(200);
    await more.stop();
    await probe.waitForEvents(1);
    for (const { stream, targets, name } of streams) {
        const expected = [...flood.of(...targets), ...more.of(...targets)];
        const events = () => stream.data.filter((data) => !data.startsWith('{'));
        await waitFor(() => events().length >= expected.length, 10_000, () => `${expected.length} of ${name}, got ${events().length}`);
        // Topics and channels come over two ways while the logs are read: in order each for itself.
        for (const source of targets.map((target) => target.split(':')[1])) {
            const of = (list) => list.filter((data) => data.startsWith(`${source} `));
            assertComplete({ data: of(events()) }, of(expected), `${name}: ${source}`);
        }
        const gaps = stream.frames.filter((frame) => frame.event === 'gap').map((frame) => JSON.parse(frame.data));
        assert.deepEqual(
            gaps.map(({ source, reason }) => `${source} ${reason}`).sort(),
            targets.filter((target) => target.startsWith('channel:')).map((target) => `${target.slice(8)} takeover`).sort(),
        );
    }
});

test('whoever connects during a takeover is served by one of the two', async () => {
    const outcomes = [];
    let running = true;
    const knock = async () => {
        while (running) {
            const stream = await openRaw(hub.url({ topics: ['a'] })).catch((error) => ({ status: error.code ?? error.message }));
            outcomes.push(stream.status);
            await stream.close?.();
        }
    };
    const knocking = [knock(), knock(), knock(), knock()];
    await sleep(200);
    await replace();
    await replace();
    await sleep(200);
    running = false;
    await Promise.all(knocking);
    assert.ok(outcomes.length > 50, `${outcomes.length} streams`);
    assert.deepEqual([...new Set(outcomes)], [200]);
});

test('a user who is disconnected while the streams pass loses all of them, and nobody else any', async () => {
    const open = (user) => openRaw(hub.url({ topics: ['a'], user }));
    const streams = await Promise.all(Array.from({ length: 200 }, (_, index) => open(index % 2 ? 'away' : 'here')));
    for (const stream of streams) {
        await stream.waitForFrame((frame) => frame.id !== null);
        stream.closed.then(() => {
            stream.ended = true;
        });
    }
    const message = Buffer.concat([Buffer.from([0x53, 0x53, 0x45, 1, 0, 6, 0, 0]), field(14, 'away')]).toString('latin1');
    const old = hub;
    const replaced = replace();
    await waitFor(() => / takeover_asked /.test(old.log), 5000, () => old.log);
    await redis.client.command('PUBLISH', 'sse-hub', message);
    await replaced;
    const ended = () => streams.filter((stream) => stream.ended).length;
    await waitFor(() => ended() >= 100, 5000, () => `100 ends, got ${ended()}`);
    await sleep(100);
    assert.deepEqual(streams.map((stream) => stream.ended ?? false), streams.map((_, index) => index % 2 === 1));
});

test('SIGTERM while the streams pass: they pass, and the old hub ends as it would have', async () => {
    const stream = await openRaw(hub.url({ topics: ['a'] }));
    await stream.waitForFrame((frame) => frame.id !== null);
    const old = hub;
    // It may come when the hub is done already, and its process on its way out is one like any other.
    const replaced = replace(['0,', ',SIGTERM']);
    await waitFor(() => / takeover_asked /.test(old.log) || old.child.exitCode !== null, 5000, () => old.log);
    old.child.kill('SIGTERM');
    await replaced;
    await new Flood(['topic:a']).stop();
    await stream.waitForEvents(1);
});

/** What a hub that must not start says. */
async function failure(options) {
    const next = hub.successor(options);
    await next.start().catch(() => {});
    await waitFor(() => next.child.exitCode !== null, 5000, () => next.log);
    assert.equal(next.child.exitCode, 255);
    return next.log;
}

test('who may not take over is told why, and the hub goes on', async () => {
    const stream = await openRaw(hub.url({ topics: ['a'] }));
    assert.match(await failure({ takeover: false }), /another hub is running at .*; a hub with takeover takes its streams/);
    assert.match(await failure({ redis: `redis://127.0.0.1:${redis.port}?prefix=other` }), /no takeover .*give both the same Redis/);
    assert.match(await failure({ redis: 'memory:' }), /no takeover .*memory:/);
    assert.ok(!stream.ended);
    assert.equal((await hub.stats()).clients, 1);
});

test('many streams of one topic pass in a moment, without a question to Redis for each', async () => {
    const count = Number(process.env.TAKEOVER_CLIENTS ?? 1000);
    const kinds = [{ claims: { topics: ['a'] }, targets: ['topic:a'], count }];
    const streams = await openStreams(kinds);
    const flood = new Flood(['topic:a'], { batch: 1, pause: 50 });
    await sleep(200);
    const { pause } = await replace();
    await sleep(200);
    await flood.stop();
    await receivedAll(streams, flood);
    assert.ok(pause < 500, `${pause} ms`);
    assert.equal((await hub.stats()).replays, 0);
});
