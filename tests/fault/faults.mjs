// What the faults have in common: counting readers, a publisher that knows what became of each event, and the account of both.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hub } from '../lib/hub.mjs';
import { extension, repository, sapiDocroot, temporaryDirectory } from '../lib/paths.mjs';
import { children, run, start } from '../lib/process.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { startStack } from '../lib/stack.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';

const here = join(repository, 'tests/fault');
const dir = temporaryDirectory('fault');

/** Logs that reach back to the first event of any fault. */
export const dsn = (port, host = '127.0.0.1') => `redis://${host}:${port}?maxlen=2000000`;

let program = null;
async function compile() {
    const clients = join(repository, 'benchmarks/src/clients');
    const file = join(dir, 'readers');
    const lib = join(repository, 'tests/lib');
    const from = [join(here, 'readers.c'), join(lib, 'event_stream.c'), join(lib, 'command_lines.c'), join(clients, 'hist.c')];
    await run('cc', ['-std=gnu11', '-O2', '-I', clients, '-I', lib, '-o', file, ...from]);
    return file;
}

let files = 0;
const newFile = (name) => join(dir, `${++files}-${name}`);

/** Sources are ['topic', name] or ['channel', name]; whoever counts knows them by their place in the list. */
export class Readers {
    #child;
    #answers = '';

    /** groups: { count, url, of: [places of its sources], stalled, wrap: [command that runs readers, …] } */
    constructor(sources, groups, { wrap = [] } = {}) {
        this.sources = sources;
        this.groups = groups;
        this.wrap = wrap;
    }

    get count() {
        return this.groups.reduce((sum, { count }) => sum + count, 0);
    }

    async open() {
        program ??= await compile();
        const lines = this.sources.map(([kind, name]) => `source ${kind} ${name}`);
        for (const { count, url, of, stalled = false } of this.groups) {
            const { hostname, port, pathname, search } = new URL(url);
            lines.push(`readers ${count} ${hostname} ${port} ${stalled ? 'stalled' : 'reading'} ${of} ${pathname}${search}`);
        }
        const file = newFile('readers.conf');
        writeFileSync(file, `${lines.join('\n')}\n`);
        const [command, ...args] = [...this.wrap, program, file];
        this.#child = start(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
        this.#child.stdout.on('data', (text) => {
            this.#answers += text;
        });
        await this.ask('open', 60_000);
        return this;
    }

    async ask(command, patience = 30_000) {
        this.#child.stdin.write(`${command}\n`);
        await waitFor(() => this.#answers.includes('\n'), patience, () => `an answer to ${command}; readers:\n${this.#child.output}`);
        const [answer, ...rest] = this.#answers.split('\n');
        this.#answers = rest.join('\n');
        return JSON.parse(answer);
    }

    status() {
        return this.ask('status');
    }

    report() {
        return this.ask('report');
    }

    drop(count) {
        return this.ask(`drop ${count}`);
    }

    async expect(place, numbers) {
        const file = newFile('expected');
        writeFileSync(file, numbers.join('\n'));
        await this.ask(`expect ${place} ${file}`);
    }

    /** Waits until all are connected. */
    allOpen(ms = 30_000) {
        return waitFor(async () => (await this.status()).open === this.count, ms, `all of ${this.count} streams`);
    }

    async close() {
        const gone = once(this.#child, 'exit');
        this.#child.stdin.end();
        await gone;
    }
}

export class Publisher {
    #child;
    #file = newFile('published');

    constructor(redis, sources, { rate = 500, count = 0, bytes = 64 } = {}) {
        this.sources = sources;
        this.options = { redis, sources, rate, count, bytes, file: this.#file };
        const php = ['-n', '-d', `extension=${extension}`, join(here, 'publisher.php'), JSON.stringify(this.options)];
        this.#child = start('php', php);
        this.done = once(this.#child, 'close');
    }

    /** Ends it. Returns for each source the numbers that Redis acknowledged and those that failed: { acknowledged, failed }. */
    async stop() {
        this.#child.kill('SIGTERM');
        await this.done;
        assert.equal(this.#child.output, '', 'the publisher complains of nothing');
        const all = this.sources.map(() => ({ acknowledged: [], failed: new Map() }));
        for (const line of readFileSync(this.#file, 'utf8').split('\n')) {
            const [place, number, state, ...message] = line.split(' ');
            if (state === '+') {
                all[place].acknowledged.push(Number(number));
            } else if (state === '!') {
                all[place].failed.set(Number(number), message.join(' '));
            }
        }
        return all;
    }

    /** What it said so far of events that failed. */
    failures() {
        return readFileSync(this.#file, 'utf8').split('\n').filter((line) => line.includes(' ! ')).map((line) => line.split(' ! ')[1]);
    }
}

/** The events of a topic's log, oldest first: { id, number }. */
export async function logOf(client, topic, prefix = '') {
    const entries = [];
    let from = '-';
    for (;;) {
        const page = await client.command('XRANGE', `${prefix}sse:${topic}`, from, '+', 'COUNT', 2000);
        if (page.length === 0) {
            return entries;
        }
        for (const [id, fields] of page) {
            entries.push({ id, number: Number(/^#\d+ (\d+) /.exec(fields[fields.indexOf('data') + 1])?.[1]) });
        }
        from = `(${page.at(-1)[0]}`;
    }
}

const sum = (values) => values.reduce((total, value) => total + value, 0);

/**
 * Ends the publisher, waits until the readers have what they ought to, and notes the account of this fault, which the command
 * tests/faults prints as a table. Holds for every fault: of topics nothing is lost, doubled or out of order; what a channel
 * has lost its readers were told, or were away themselves.
 *
 * lossesAre: 'none' where not even channels may lose anything. logIsWhole: false where Redis itself may lose what it
 * acknowledged. prefix: what stands before Redis' keys. mayLose: topics that may have losses, if they are told. Returns { report, published, logs }.
 */
export async function account(name, { readers, publisher, redis, lossesAre = 'told', logIsWhole = true, mayLose = [], prefix = '', extra = {}, remark }) {
    const published = await publisher.stop();
    await readers.allOpen();
    const logs = [];
    for (const [place, [kind, source]] of readers.sources.entries()) {
        if (kind === 'channel') {
            await readers.expect(place, published[place].acknowledged);
            continue;
        }
        const log = await logOf(redis.client, source, prefix);
        const numbers = log.map((entry) => entry.number);
        logs[place] = log;
        if (logIsWhole) {
            const known = new Set(numbers);
            const missing = published[place].acknowledged.filter((number) => !known.has(number));
            assert.deepEqual(missing, [], `Redis has all events of ${source} that it acknowledged`);
            assert.ok(numbers.every((number, index) => index === 0 || number > numbers[index - 1]), `${source}'s log has them once and in order`);
        }
        await readers.expect(place, mayLose.includes(place) ? published[place].acknowledged : numbers);
    }
    // What topics owe is waited for; what a channel lost is lost.
    const deadline = performance.now() + 30_000;
    let report;
    for (let same = 0, before = -1; same < 3 && performance.now() < deadline; ) {
        report = await readers.report();
        const owed = sum(report.sources.filter(({ kind }, place) => kind === 'topic' && !mayLose.includes(place)).map(({ lost }) => lost));
        const received = sum(report.sources.map((source) => source.received));
        same = owed === 0 && received === before ? same + 1 : 0;
        before = received;
        await sleep(100);
    }
    note(name, { report, published, logs, extra: { ...extra, ...(remark ? { remark: remark({ published, logs }) } : {}) } });
    for (const [place, source] of report.sources.entries()) {
        const of = `${source.kind} ${source.name}: ${JSON.stringify(report)}`;
        assert.equal(source.doubled, 0, `doubled, ${of}`);
        assert.equal(source.disordered, 0, `out of order, ${of}`);
        if (source.kind === 'topic' && !mayLose.includes(place)) {
            assert.equal(source.lost, 0, `lost, ${of}`);
        } else if (lossesAre === 'none') {
            assert.equal(source.lost, 0, `lost, ${of}`);
            assert.equal(source.gaps, 0, `gaps, ${of}`);
        } else if (source.kind === 'topic') {
            assert.equal(source.lost, source.told, `lost and not told, ${of}`);
        } else {
            assert.equal(source.lost, source.told + source.away, `lost and not told, ${of}`);
        }
    }
    assert.equal(report.malformed, 0, JSON.stringify(report));
    return { report, published, logs };
}

/** One line of the table for topics, and one for channels. */
function note(name, { report, published, logs, extra }) {
    for (const kind of ['topic', 'channel']) {
        const places = report.sources.map((source, place) => place).filter((place) => report.sources[place].kind === kind);
        if (places.length === 0) {
            continue;
        }
        const of = (field) => sum(places.map((place) => report.sources[place][field]));
        const most = (field) => Math.max(...places.map((place) => report.sources[place][field]));
        noteLine({
            fault: name,
            kind,
            readers: of('readers'),
            sent: sum(places.map((place) => (kind === 'topic' ? logs[place].length : published[place].acknowledged.length))),
            failed: sum(places.map((place) => published[place].failed.size)),
            received: of('received'),
            lost: of('lost'),
            told: of('told'),
            away: of('away'),
            doubled: of('doubled'),
            disordered: of('disordered'),
            gaps: of('gaps'),
            pause: most('pauseMs'),
            p99: most('p99Ms'),
            back: report.reconnects,
            ...extra,
        });
    }
}

/** For the table, and for whoever runs a file by itself. */
export function noteLine(line) {
    if (process.env.FAULT_FIGURES) {
        appendFileSync(process.env.FAULT_FIGURES, `${JSON.stringify(line)}\n`);
    } else {
        console.log(JSON.stringify(line));
    }
}

const endings = new WeakMap();

/** t.after(), but the newest first. */
export function later(t, end) {
    if (!endings.has(t)) {
        endings.set(t, []);
        t.after(async () => {
            for (const one of endings.get(t).reverse()) {
                await one();
            }
        });
    }
    endings.get(t).push(end);
}

/** A Redis and a hub for one fault. */
export async function stage(t, options = {}, redisOptions = {}) {
    const redis = await new RedisServer(redisOptions).start();
    later(t, () => redis.stop());
    const hub = await new Hub(redis, { redis: dsn(redis.port), ...options }).start();
    later(t, () => hub.stop());
    return { redis, hub };
}

/** The same with PHP-FPM behind nginx, whose streams the hub takes over. */
export async function stageFpm(t, { workers = 8, ini = {} } = {}) {
    const { redis, hub } = await stage(t);
    const stack = await startStack({
        root: sapiDocroot,
        redis: 'none',
        workers,
        ini: { 'sse.redis': dsn(redis.port), 'sse.hub': hub.control, ...ini },
        env: { SSE_TEST_NOTES: '/dev/null' },
    });
    later(t, () => stack.stop());
    return { redis, hub, stack };
}

/** Where a stream that a worker hands over is. */
export const page = (base, sources, options = {}) =>
    `${base}/stream.php?${new URLSearchParams({ ...sources, options: JSON.stringify({ retry: 500, ...options }) })}`;

/** As groupsAt(), each by a worker. */
export const groupsBy = (base, { each = 20, options } = {}) => [
    { count: each, url: page(base, { follow: 'a' }, options), of: [A] },
    { count: each, url: page(base, { subscribe: 'news' }, options), of: [NEWS] },
    { count: each, url: page(base, { follow: 'a,b', subscribe: 'news' }, options), of: [A, B, NEWS] },
];

/** PHP-FPM's workers. */
export const workersOf = (stack) => children(stack.env.FPM_PID);

/** Two topics and a channel, which most faults are about. */
export const sources = [['topic', 'a'], ['topic', 'b'], ['channel', 'news']];
export const A = 0, B = 1, NEWS = 2;

/** The topics alone, for a Redis at more than one place. */
export const topics = sources.slice(0, 2);
export const groupsOfTopics = (hub, { each = 40 } = {}) => [
    { count: each, url: hub.url({ topics: ['a'] }), of: [A] },
    { count: each, url: hub.url({ topics: ['a', 'b'] }), of: [A, B] },
];

/** Readers of each and of all three. */
export const groupsAt = (hub, { each = 40 } = {}) => [
    { count: each, url: hub.url({ topics: ['a'] }), of: [A] },
    { count: each, url: hub.url({ channels: ['news'] }), of: [NEWS] },
    { count: each, url: hub.url({ topics: ['a', 'b'], channels: ['news'] }), of: [A, B, NEWS] },
];

/** Readers and a publisher under way. */
export async function underWay(hub, { each, rate = 600, of = sources, groups = groupsAt(hub, { each }) } = {}) {
    const readers = await new Readers(of, groups).open();
    const publisher = new Publisher(hub.options.redis, of, { rate });
    await waitFor(async () => (await readers.status()).received > 0, 10_000, 'the first event');
    return { readers, publisher };
}
