// Many clients that come and go while several publishers publish: each has to see each topic whole, once and in order.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { numbers, unique } from './client.mjs';

const CLIENTS = 100;
const TOPICS = 8;
const PUBLISHERS = 5;
const EVENTS = 400; // of each publisher
const MOVES = 50; // reconnects, at least

const random = (below) => Math.floor(Math.random() * below);

/** A client that keeps what it saw over all of its connections, as a page would. */
class Reader {
    frames = [];
    #connection = null;

    constructor(hub, topics) {
        this.hub = hub;
        this.topics = topics;
        this.lastEventId = null;
    }

    async connect() {
        const headers = this.lastEventId === null ? {} : { 'Last-Event-ID': this.lastEventId };
        this.#connection = await openRaw(this.hub.url({ topics: this.topics }), { headers });
        assert.equal(this.#connection.status, 200);
        if (this.lastEventId === null) {
            await this.#connection.waitForFrame((frame) => frame.id !== null, 20_000);
        }
    }

    /** What arrived until now belongs to it; what comes after the close is lost with the connection. */
    async leave() {
        await this.#connection.close();
        this.frames.push(...this.#connection.frames);
        this.lastEventId = this.#connection.lastEventId ?? this.lastEventId;
        this.#connection = null;
    }

    get all() {
        return [...this.frames, ...(this.#connection?.frames ?? [])].filter((frame) => frame.data !== null && frame.event !== 'ping');
    }
}

async function check(hub, meanwhile) {
    const topics = numbers(1, TOPICS).map((number) => unique(`topic${number}`));
    const readers = Array.from({ length: CLIENTS }, (_, index) => {
        const width = 1 + (index % 4);
        return new Reader(hub, Array.from({ length: width }, (_, step) => topics[(index + step * 3) % TOPICS]));
    });
    await Promise.all(readers.map((reader) => reader.connect()));

    // Each value names its publisher and its number there; a publisher tries again when Redis is away, so that a value may be
    // published twice: what counts is the order and the number of the log's own ids.
    const code = `$topics = json_decode($argv[2]); mt_srand((int) $argv[1]);
        for ($i = 1; $i <= (int) $argv[3]; $i++) {
            $topic = $topics[mt_rand(0, count($topics) - 1)];
            for ($tries = 0; ; $tries++) {
                try {
                    $p ??= new SsePublisher();
                    echo json_encode([$topic, $p->publish($topic, "$argv[1]:$i")]), "\\n";
                    break;
                } catch (SseException $e) {
                    $p = null;
                    if ($tries > 400) { throw $e; }
                    usleep(25000);
                }
            }
            usleep(4000);
        }`;
    let publishing = true;
    let moves = 0;
    const publish = async () => {
        const output = [];
        // On a busy machine a round may be over before enough clients have come and gone to prove anything.
        for (let round = 0; round === 0 || moves < MOVES; round++) {
            output.push(...await Promise.all(numbers(1, PUBLISHERS).map((number) =>
                hub.php(code, round * PUBLISHERS + number, JSON.stringify(topics), EVENTS))));
        }
        return output;
    };
    const publishers = publish().finally(() => {
        publishing = false;
    });
    const disturbing = (async () => {
        while (publishing) {
            const reader = readers[random(CLIENTS)];
            await reader.leave();
            await sleep(random(30));
            await reader.connect();
            moves++;
        }
    })();
    await meanwhile?.();
    const output = await publishers;
    await disturbing;

    const published = Object.fromEntries(topics.map((topic) => [topic, []]));
    output.join('').trim().split('\n').map((line) => JSON.parse(line)).forEach(([topic, id]) => published[topic].push(id));
    const log = {};
    for (const topic of topics) {
        // The log is the truth: an event whose publisher lost its connection before the answer is in it too.
        log[topic] = (await hub.redis.client.command('XRANGE', `sse:${topic}`, '-', '+')).map(([id, fields]) => ({
            id,
            data: fields[fields.indexOf('data') + 1],
        }));
        const ids = new Set(log[topic].map((entry) => entry.id));
        assert.ok(published[topic].every((id) => ids.has(id)), 'Redis has all that was acknowledged');
    }
    const expected = (reader) => reader.topics.reduce((sum, topic) => sum + log[topic].length, 0);
    await waitFor(
        () => readers.every((reader) => reader.all.length >= expected(reader)),
        20_000,
        () => JSON.stringify(readers.map((reader) => [reader.all.length, expected(reader)]).filter(([got, want]) => got < want)),
    );
    await sleep(300);

    const topicOf = new Map(topics.flatMap((topic) => log[topic].map((entry) => [`${entry.id} ${entry.data}`, topic])));
    for (const reader of readers) {
        const seen = Object.fromEntries(reader.topics.map((topic) => [topic, []]));
        for (const frame of reader.all) {
            assert.equal(frame.event, 'message', `${frame.event}: ${frame.data}`);
            const topic = topicOf.get(`${frame.id} ${frame.data}`);
            assert.ok(topic, `${frame.id} ${frame.data} was published`);
            seen[topic].push(frame.id);
        }
        for (const topic of reader.topics) {
            assert.deepEqual(seen[topic], log[topic].map((entry) => entry.id));
        }
    }
    await closeClients();
    await hub.waitForMetric('clients', 0);
}

describe('order', { timeout: 180_000 }, () => {
    let redis;
    let hub;
    before(async () => {
        redis = await new RedisServer().start();
        hub = await new Hub(redis).start();
    });
    after(async () => {
        await closeClients();
        await hub?.stop();
        await redis?.stop();
    });

    test('100 clients that come and go see each of their topics whole, once and in order', () => check(hub));

    test('and so they do when Redis is killed and started again in the middle', () =>
        check(hub, async () => {
            await sleep(1500);
            await redis.kill();
            await sleep(500);
            await redis.start();
        }));
});
