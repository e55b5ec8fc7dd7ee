// What the attacks have in common: a hub with a witness, the hub's memory and descriptors while it is attacked, and the account.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub, secret } from '../lib/hub.mjs';
import { extension } from '../lib/paths.mjs';
import { descriptors } from '../lib/process.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';

export const MIB = 1 << 20;
/** The sanitizers keep freed memory for a while and take their time: then neither says anything. */
const measures = !extension.includes('/asan/');
/** How many: in the suite, and where there is time, with the command tests/attacks. */
export const many = (few, all) => (process.env.ATTACKS_ALL && measures ? all : few);
/** In the suite other tests run beside this one, and the witness waits for a processor as well. */
const patience = process.env.ATTACKS_ALL && measures ? 1 : 5;

const residentBytes = (pid) => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;

/** A well-behaved stream: numbers are published to its channel, one every 20 ms, and it says what became of them. */
class Witness {
    static channel = 'witness';
    #redis;
    #client;
    #sentAt = [];
    #timer = null;
    #busy = Promise.resolve();

    constructor(redis) {
        this.#redis = redis;
    }

    async open(hub) {
        this.#client = await openRaw(hub.url({ channels: [Witness.channel] }));
        await this.#redis.client.subscribed(Witness.channel);
        return this;
    }

    begin() {
        this.stop();
        this.#sentAt = [];
        this.#client.frames.length = this.#client.events.length = 0;
        this.#timer = setInterval(() => {
            this.#sentAt.push(performance.now());
            this.#busy = this.#redis.client.command('PUBLISH', Witness.channel, String(this.#sentAt.length - 1));
        }, 20);
    }

    stop() {
        clearInterval(this.#timer);
    }

    /** Returns { sent, latest: ms }, when all were received, in order. */
    async end() {
        this.stop();
        await this.#busy;
        const sent = this.#sentAt.length;
        await this.#client.waitForEvents(sent, 15_000);
        assert.deepEqual(this.#client.data, this.#sentAt.map((_, index) => String(index)), 'the witness lost nothing');
        return { sent, latest: Math.round(Math.max(0, ...this.#client.events.map(({ at }, index) => at - this.#sentAt[index]))) };
    }
}

/** A Redis, a hub and its witness for a describe(): filled in before the first test. */
export function stage(options = {}) {
    const place = { redis: null, hub: null, witness: null, secrets: [secret], quietAt: 0 };
    before(async () => {
        place.redis = await new RedisServer().start();
        place.hub = await new Hub(place.redis, options).start();
        place.witness = await new Witness(place.redis).open(place.hub);
        await place.hub.metrics();
    });
    afterEach(closeAll);
    after(async () => {
        await closeClients();
        await place.hub?.stop();
        await place.redis?.stop();
    });
    return place;
}

/**
 * Attacks, and holds for every attack: the process is the same, the witness lost nothing and nothing of it was late, no descriptor
 * is left, memory grew by no more than was allowed, and what the log says of it is a line a second of each event at most.
 *
 *     grows       MiB at most while it lasts; `keeps` afterwards
 *     counted     { metric: at least }, by which figures of /metrics grew
 *     logged      what the log says of it
 *     latest      how late an event of the witness may be, ms
 */
export async function attack(name, place, { count = 1, grows = 4, keeps = grows, counted = {}, logged = [], latest = 2000 }, act) {
    const { hub, witness } = place;
    if ([logged].flat().length > 0) {
        await sleep(place.quietAt - performance.now()); // an event is logged once a second, and it may be the last attack's
    }
    const figures = await hub.metrics();
    const logBefore = hub.log.length;
    const [pid, memory, files] = [hub.pid, residentBytes(hub.pid), descriptors(hub.pid)];
    let [most, mostFiles] = [memory, files];
    const watching = setInterval(() => {
        most = Math.max(most, residentBytes(pid));
        mostFiles = Math.max(mostFiles, descriptors(pid));
    }, 10);
    witness.begin();
    const began = performance.now();
    let result;
    try {
        result = await act();
    } catch (error) {
        witness.stop();
        throw error;
    } finally {
        clearInterval(watching);
    }
    const seconds = (performance.now() - began) / 1000;
    most = Math.max(most, residentBytes(pid));
    await closeAll();
    assert.equal(hub.child.exitCode ?? hub.child.signalCode, null, `the hub is there:\n${hub.log}`);
    const seen = await witness.end();
    place.quietAt = performance.now() + 1100;
    await waitFor(() => descriptors(pid) <= files, 15_000, () => `${files} descriptors, there are ${descriptors(pid)}`);
    const left = residentBytes(pid);
    const now = await hub.metrics();
    const written = hub.log.slice(logBefore);
    const lasted = (performance.now() - began) / 1000;
    const lines = written.split('\n').filter(Boolean);
    const [turnedAway, ofOneAddress, ...others] = refusals.map((metric) => now[metric] - figures[metric]);
    // A stream that is turned away for its address is counted as both.
    const refused = others.reduce((sum, times) => sum + times, Math.max(turnedAway, ofOneAddress));
    note({
        attack: name,
        count,
        seconds: seconds.toFixed(1),
        grown: ((most - memory) / MIB).toFixed(1),
        bound: Math.round(grows),
        left: ((left - memory) / MIB).toFixed(1),
        most: Math.ceil(most / MIB),
        files: mostFiles - files,
        events: seen.sent,
        latest: seen.latest,
        refused,
        lines: lines.length,
        counted: Object.keys(counted).map((metric) => `${metric} +${now[metric] - figures[metric]}`).join(', '),
        file: basename(process.argv[1], '.test.mjs'),
    });
    for (const [metric, least] of Object.entries(counted)) {
        assert.ok(now[metric] - figures[metric] >= least, `${metric} grew by ${now[metric] - figures[metric]}, not by ${least}`);
    }
    for (const line of [logged].flat()) {
        await waitFor(() => line.test(hub.log.slice(logBefore)), 2000, () => `${line} in the log:\n${hub.log.slice(logBefore)}`);
    }
    for (const word of place.secrets) {
        assert.ok(!written.includes(word), `the log holds a secret:\n${written}`);
    }
    assert.doesNotMatch(written, /eyJ|runtime error|Sanitizer/);
    // Every line is one that the hub wrote: nothing that was sent began a line of its own.
    for (const line of lines) {
        assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z (info|warning|error) [a-z_]+( [a-z_]+=("([^"\\]|\\.)*"(\.\.\.)?|[^ "]+))*$/);
    }
    for (const event of new Set(lines.map((line) => line.split(' ')[2]))) {
        const times = lines.filter((line) => line.split(' ')[2] === event).length;
        assert.ok(times <= lasted + 2, `${times} lines of ${event} in ${lasted} s:\n${written}`);
    }
    assert.ok(seen.latest <= latest * patience, `an event of the witness was ${seen.latest} ms late`);
    if (measures) {
        assert.ok(most - memory <= grows * MIB, `the hub grew by ${(most - memory) / MIB} MiB, ${grows} are allowed`);
        assert.ok(left - memory <= keeps * MIB, `the hub kept ${(left - memory) / MIB} MiB, ${keeps} are allowed`);
    }
    return result;
}

/** The figures that say that something was not done. */
const refusals = ['turned_away', 'per_ip_refused', 'http_refused', 'control_refused', 'joins_refused'];

/** For the table of tests/attacks, and for whoever runs a file by itself. */
function note(line) {
    if (process.env.ATTACK_FIGURES) {
        appendFileSync(process.env.ATTACK_FIGURES, `${JSON.stringify(line)}\n`);
    } else {
        console.log(JSON.stringify(line));
    }
}

/* Connections */

const opened = new Set();

async function closeAll() {
    const sockets = [...opened];
    opened.clear();
    await Promise.all(sockets.map((socket) => socket.closed || new Promise((resolve) => socket.once('close', resolve).destroy())));
}

/** A connection from an address of this machine; closed at the end of the attack. `received` is latin1; null: it is not read. */
export async function dial(hub, { from = '127.0.0.1', reads = true } = {}) {
    const socket = connect({ port: hub.port, host: hub.host, localAddress: from, allowHalfOpen: true });
    opened.add(socket);
    socket.on('error', () => {}).on('close', () => opened.delete(socket));
    socket.received = '';
    if (reads) {
        socket.setEncoding('latin1').on('data', (text) => {
            socket.received += text;
        });
    }
    await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
    return socket;
}

export const dialMany = (hub, count, options) => Promise.all(Array.from({ length: count }, () => dial(hub, options)));

/** Sends bytes and returns all that comes back until the hub has closed, or `ms` have passed. */
export async function exchange(hub, bytes, { ms = 5000, ...options } = {}) {
    const socket = await dial(hub, options);
    const ended = Promise.race([once(socket, 'end'), once(socket, 'close'), sleep(ms)]);
    socket.write(bytes);
    await ended;
    socket.destroy();
    return socket.received;
}

export const statusOf = (answer) => Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]);

/** Each answer is one whole HTTP/1.1 answer, and nothing is behind it: what a proxy could take for the next one's answer. */
export function assertOneAnswer(answer, what) {
    const [head] = answer.split('\r\n\r\n', 1);
    const body = answer.slice(head.length + 4);
    const lines = head.split('\r\n');
    assert.match(lines[0], /^HTTP\/1\.1 \d{3} [A-Za-z ]+$/, what);
    for (const line of lines.slice(1)) {
        assert.match(line, /^(Date|Content-Type|Content-Length|Cache-Control|Connection|Allow|Vary|WWW-Authenticate|X-Accel-Buffering|Transfer-Encoding|Access-Control-[A-Za-z-]+): [\x20-\x7e]+$/, what);
    }
    const length = /^Content-Length: (\d+)$/m.exec(head)?.[1];
    if (length !== undefined) {
        assert.equal(body.length, Number(length), what);
    }
    return { status: statusOf(answer), head, body };
}
