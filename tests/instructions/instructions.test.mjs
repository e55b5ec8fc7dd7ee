// What one delivery costs, in instructions, copies, allocations and system calls: counted, not timed, and compared with
// baseline.json. Each case does one thing at a time, so that nothing depends on how fast the machine is.
//
//     tests/run instructions
//     UPDATE_INSTRUCTIONS=1 tests/run instructions     writes baseline.json; the table goes to docs/architecture.md by hand
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { extension, repository } from '../lib/paths.mjs';
import { children, descriptors, run, start, stop } from '../lib/process.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { Callgrind } from './callgrind.mjs';

/**
 * How much above the baseline is a regression: so many times as much, and so much of a call. Chance decides in how many turns of the loop
 * what belongs to one event or connection comes, and how often a publisher looks for its answer, which a busy machine keeps from it.
 */
const kinds = ['instructions', 'copies', 'allocations', 'system calls'];
const isCertain = (name) => /100 streams|encode/.test(name);
const bound = (name, kind, value) => {
    if (name === 'publish()' && kind === 'system calls') {
        return 2 * value;
    }
    return isCertain(name) ? value * 1.05 + (kind === 'instructions' ? 0 : 0.5) : value * 1.15 + (kind === 'instructions' ? 0 : 1);
};
const idleMs = 3000;
/** Under valgrind. */
const patience = 60_000;

const file = join(repository, 'tests/instructions/baseline.json');
const isUpdate = process.env.UPDATE_INSTRUCTIONS === '1';
const baseline = isUpdate ? { cases: {} } : JSON.parse(readFileSync(file, 'utf8'));


/** publisher.php, maybe under callgrind. */
class Publisher {
    constructor(redis, command = []) {
        const [program, ...args] = [
            ...command, 'php', '-n', '-d', `extension=${extension}`, '-d', `sse.redis=redis://127.0.0.1:${redis.port}`,
            join(repository, 'tests/instructions/publisher.php'),
        ];
        this.child = start(program, args);
    }

    async do(what, times = 1, topic = '') {
        const { length } = await this.#answer('ready', 0);
        this.child.stdin.write(`${what} ${times} ${topic}\n`);
        await this.#answer('done', length);
        this.child.output = 'ready\n';
    }

    async #answer(text, from) {
        await waitFor(() => this.child.output.includes(text, from), patience, () => `"${text}" of ${this.child.output}`);
        return this.child.output;
    }
}

describe('what it costs', { timeout: 300_000 }, () => {
    const callgrind = new Callgrind();
    const measured = {};
    let redis;
    let hub;
    let publisher;
    let idle; // what the hub does in a millisecond in which nothing happens
    let counted; // a publisher under callgrind
    before(async () => {
        redis = await new RedisServer().start();
        hub = new Hub(redis);
        hub.wrap = callgrind.command;
        await hub.start();
        publisher = new Publisher(redis);
        counted = new Publisher(redis, callgrind.command);
        idle = await callgrind.count(hub.pid, () => sleep(idleMs));
        kinds.forEach((kind) => (idle[kind] /= idleMs));
    });
    after(async () => {
        await stop(publisher.child);
        await stop(counted.child);
        await hub.stop();
        await redis.stop();
        console.log(`${'each'.padEnd(42)} instructions  copies  allocations  system calls`);
        for (const [name, { instructions, copies, allocations, 'system calls': calls }] of Object.entries(measured)) {
            console.log(`${name.padEnd(42)} ${String(instructions).padStart(12)} ${String(copies).padStart(7)} ${String(allocations).padStart(12)} ${String(calls).padStart(13)}`);
        }
        if (isUpdate) {
            writeFileSync(file, `${JSON.stringify({ compiler: await compiler(), cases: measured }, null, 4)}\n`);
        }
    });

    const compiler = async () => (await run('cc', ['--version'])).split('\n')[0];

    /** Does `work` once for warmth, then counts it; `each`: how many of what the case is about one call of `work` does. */
    function measure(name, each, pid, work) {
        test(name, async (t) => {
            await work();
            const began = performance.now();
            const counts = await callgrind.count(pid(), work);
            if (pid() === hub.pid) {
                // A busy machine takes longer for the same, and a hub does something each second.
                kinds.forEach((kind) => (counts[kind] -= idle[kind] * (performance.now() - began)));
            }
            await judge(t, name, each, counts);
        });
    }

    async function judge(t, name, each, counts) {
        const round = (kind) => Number((counts[kind] / each).toFixed(kind === 'instructions' ? 0 : 2));
        const result = Object.fromEntries(kinds.map((kind) => [kind, round(kind)]));
        measured[name] = result;
        const costly = [...counts.functions].sort(([, one], [, other]) => other - one);
        for (const [its, cost] of costly.slice(0, 12)) {
            t.diagnostic(`${(cost / each).toFixed(1).padStart(10)}  ${its}`);
        }
        if (isUpdate) {
            return;
        }
        if (baseline.compiler !== (await compiler())) {
            t.skip(`the baseline is of ${baseline.compiler}`);
            return;
        }
        for (const [kind, value] of Object.entries(result)) {
            const expected = baseline.cases[name][kind];
            assert.ok(value <= bound(name, kind, expected), `${kind}: ${value}, the baseline is ${expected} (tests/instructions/baseline.json)`);
        }
    }

    /** Publishes one event after the other, each when all clients have the one before. */
    async function publish(topic, count, clients) {
        for (let i = 0; i < count; i++) {
            const want = clients[0].events.length + 1;
            await publisher.do('publish', 1, topic);
            await Promise.all(clients.map((client) => client.waitForEvents(want, patience)));
        }
    }

    const broadcast = [];
    measure('delivery, topic of 100 streams', 100 * 20, () => hub.pid, async () => {
        while (broadcast.length < 100) {
            broadcast.push(await openRaw(hub.url({ topics: 'broad' }), { patience }));
        }
        await publish('broad', 20, broadcast);
    });

    /** All that a hub of two processes does for 100 streams and so many events. */
    async function lives(events) {
        const hubs = new Hub(redis, { workers: 2 });
        hubs.wrap = callgrind.command;
        await hubs.start();
        const pids = children(hubs.pid);
        const clients = [];
        while (clients.length < 100) {
            clients.push(await openRaw(hubs.url({ topics: `spread-${events}` }), { patience }));
        }
        await publish(`spread-${events}`, events, clients);
        await hubs.stop();
        return callgrind.total(pids);
    }

    test('the same, spread over two processes', async (t) => {
        const some = await lives(20);
        const more = await lives(60);
        for (const kind of kinds) {
            more[kind] -= some[kind];
        }
        more.functions.forEach((cost, its) => more.functions.set(its, cost - (some.functions.get(its) ?? 0)));
        await judge(t, 'the same, spread over two processes', 100 * 40, more);
    });

    const own = [];
    measure('delivery, topic of its own', 100, () => hub.pid, async () => {
        own[0] ??= await openRaw(hub.url({ topics: 'own' }), { patience });
        await publish('own', 100, own);
    });

    /** Of a topic that nobody follows yet, nor is just being left: what it costs would be chance. */
    let names = 0;
    const newName = () => `topic-${1000 + names++}`;

    measure('stream at the listener, opened and closed', 50, () => hub.pid, async () => {
        for (let i = 0; i < 50; i++) {
            const files = descriptors(hub.pid);
            const client = await openRaw(hub.url({ topics: newName() }), { patience });
            await client.close();
            await waitFor(() => descriptors(hub.pid) <= files, patience, () => 'the connection to be closed');
        }
    });

    measure('publish()', 200, () => counted.child.pid, () => counted.do('publish', 200, 'nobody'));
    measure('encode()', 1000, () => counted.child.pid, () => counted.do('encode', 1000));
});
