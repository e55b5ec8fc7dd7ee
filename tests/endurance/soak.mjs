// tests/soak: soak.mjs MINUTES DIRECTORY. Exits with 1 if something is not as it should be.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { heapOf, hubCommand, MEMBERS, Members, PAGES, SLOW, STREAMS, startSite, startStreams } from './population.mjs';
import { writeReport } from './report.mjs';
import { verdicts } from './verdict.mjs';

// Whatever ends this, it ends what it has started: process.mjs does that when Node exits.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.once('uncaughtException', (error) => {
    console.error(error);
    process.exit(1);
});

const minutes = Number(process.argv[2]);
const directory = process.argv[3];
const seconds = minutes * 60;
const EVERY = minutes >= 5 ? 5 : 1; // samples, seconds
const CYCLE = Math.min(60, Math.max(10, seconds / 30)); // reloads and stalls
const REPLACED = 10; // streams, each second
const TAKEOVERS = [0.05, 0.1, 0.15, 0.2]; // when, of all the time: the last hub has the rest, to show what it leaks

// What is published is lost with this Redis anyway: nothing is written to a disk.
const redis = await new RedisServer({ options: ['--appendonly', 'no'] }).start();
const wrap = await hubCommand();
let hub = new Hub(redis, { clientBuffer: 65_536, overflow: 'cut' });
hub.wrap = wrap;
await hub.start();
const site = startSite(hub, CYCLE);
const streams = await startStreams(hub, seconds);
const members = new Members(site, hub.base);

console.log(`${STREAMS} streams and ${MEMBERS} members come`);
await streams.ask(`online ${STREAMS}`);
for (let count = 0; count < MEMBERS; count++) {
    await members.join();
}
await waitFor(async () => (await streams.ask('status')).open === STREAMS, 60_000, 'all streams');

const begun = performance.now();
const now = () => (performance.now() - begun) / 1000;
const samples = [];
const takeovers = [];

/** Kilobytes of smaps_rollup: what of it is shared with other processes changes as they come and go, Pss_Anon does not. */
function memory(pid) {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const of = (name) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)[1]);
    return { pss: of('Pss'), anon: of('Pss_Anon') };
}

/** A line for each, written at once: they are there whatever becomes of the run. */
const file = join(directory, 'samples.csv');
mkdirSync(directory, { recursive: true });
writeFileSync(file, '');
function keep(one) {
    if (samples.push(one) === 1) {
        appendFileSync(file, `${Object.keys(one)}\n`);
    }
    appendFileSync(file, `${Object.values(one)}\n`);
}

async function sample() {
    const info = await redis.client.command('INFO');
    const redisFigure = (name) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)[1]);
    const figures = await hub.metrics();
    const status = await streams.ask('status');
    keep({
        t: Math.round(now() * 10) / 10,
        hub: takeovers.length,
        ...memory(hub.pid),
        heap: heapOf(hub.pid),
        descriptors: readdirSync(`/proc/${hub.pid}/fd`).length,
        spare: figures.open_files - figures.clients, // of one moment
        streams: figures.clients,
        topics: figures.channels,
        users: figures.users,
        presences: figures.presences,
        backlogs: figures.backlogs,
        backlogBytes: figures.backlog_bytes,
        hubCpuMs: figures.cpu_ms,
        hubLateMs: figures.late_ms,
        redisBytes: redisFigure('used_memory'),
        redisConnections: redisFigure('connected_clients'),
        redisKeys: await redis.client.command('DBSIZE'),
        sent: await site.ask('sent'),
        received: status.received,
        lost: status.lost,
        doubled: status.doubled,
        gaps: status.gaps,
        begun: status.begun,
        resumed: status.resumed,
        cut: status.cut,
        stalled: status.stalled,
        p99Ms: status.p99Ms,
    });
}

async function takeOver() {
    const old = hub;
    const gone = once(old.child, 'exit');
    const next = old.successor();
    next.wrap = wrap;
    await next.start().catch((error) => {
        throw new Error(`${error.message}\nthe old one:\n${old.log}`);
    });
    hub = next;
    await sleep(1100); // its heap is told each second
    assert.deepEqual(await gone, [0, null], old.log);
    takeovers.push({ t: now(), pauseMs: Number(/ takeover role=old .*pause_ms=(\d+)/.exec(old.log)[1]) });
}

/** A sample is of one hub: none is taken while another takes over. */
let turn = Promise.resolve();
const alone = (act) => (turn = turn.then(act));

/** Every so many seconds until the end; one at a time. */
async function every(period, act) {
    for (let due = now() + period; due < seconds; due = Math.max(due + period, now())) {
        await sleep((due - now()) * 1000);
        await act();
    }
}

let page = 0;
await Promise.all([
    every(EVERY, () => alone(sample)),
    every(EVERY * 12, () => {
        const { t, anon, spare, streams: open, received, lost, gaps, cut } = samples.at(-1);
        console.log(`${t} s: ${open} streams, ${anon} KiB, ${spare} descriptors more, ${received} received, ${lost} lost, ${gaps} gaps, ${cut} cut`);
    }),
    every(1, async () => {
        await streams.ask(`replace ${REPLACED}`);
        await members.leave();
        await members.join();
    }),
    every(CYCLE / 2, () => streams.ask(`reload ${page++ % PAGES}`)),
    every(CYCLE, () => streams.ask(`stall ${SLOW} ${Math.round(CYCLE * 500)}`)),
    ...TAKEOVERS.map(async (part) => {
        await sleep(part * seconds * 1000);
        await alone(takeOver);
    }),
]);

// The end: all are there and have the last event of each of their topics. Who is still on the way would begin behind it.
const isSettled = ({ stalled, open, online }) => stalled === 0 && open === online;
await waitFor(async () => isSettled(await streams.ask('status')), 2 * CYCLE * 1000, 'those that do not read, or are on the way');
const last = await site.ask('end');
// What is missing for good is one of the verdicts, no error.
await waitFor(async () => (await streams.behind(last)).behind === 0, 30_000, 'the last events').catch(() => {});
await sleep(6000); // those that left count until then
const [right, rooms] = await members.rightLists();
const missing = await streams.behind(last);
const end = {
    ...(await streams.ask('status')),
    behind: missing.behind,
    sent: await site.ask('sent'),
    membersLost: members.lost,
    membersTurnedAway: members.turnedAway,
    listsWrong: rooms - right,
};
console.log(`last events that are missing: ${JSON.stringify(missing)}; ${JSON.stringify(end)}`);
await members.close();
await streams.end();
await site.end();
await hub.stop();
await redis.stop();

const found = verdicts({ samples, seconds, end, takeovers, wantedTakeovers: TAKEOVERS.length });
writeReport(directory, { samples, seconds, end, takeovers, found, every: EVERY, cycle: CYCLE, replaced: REPLACED });
for (const { what, found: is, bound, holds } of found) {
    console.log(`${holds ? 'ok' : 'FAILED'}: ${what}: ${is} (${bound})`);
}
const failed = found.filter(({ holds }) => !holds).length;
console.log(`${found.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
