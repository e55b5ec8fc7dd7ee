// Who is there in a soak, what is published to them, and the processes that do it.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { token } from '../lib/hub.mjs';
import { openRaw } from '../lib/clients.mjs';
import { extension, repository, temporaryDirectory } from '../lib/paths.mjs';
import { run, start } from '../lib/process.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';

export const STREAMS = 5000;
const KNOWN = 6000; // clients, of which so many are online
const USERS = 2500;
export const PAGES = 25;
export const SLOW = 300;
const ROOMS = 10;
export const MEMBERS = 200;

/**
 * maxlen: that of users' topics is so small that their logs are full soon, and Redis' memory does not grow for long. The big events
 * are those of the slow streams: in half a cycle without reading they are more than the system takes and client_buffer has room for.
 */
const groups = (cycle) => ({
    broad: { rate: 0.5, bytes: 200, maxlen: 1000 },
    users: { rate: 125, bytes: 200, maxlen: 16 },
    big: { rate: 60 / cycle, bytes: 8192, maxlen: 1000 },
});
const BROAD = 0, BIG = 1, FIRST_USER = 2;
const topics = [['broad', 'all'], ['big', 'big'], ...Array.from({ length: USERS }, (_, user) => ['users', `user-${user}`])];

const here = join(repository, 'tests/endurance');
const dir = temporaryDirectory('soak');

/** A child that answers each line with one line of JSON; asks are answered in their order. */
class Answering {
    #answers = '';
    #last = Promise.resolve();

    constructor(name, command, args) {
        this.name = name;
        this.child = start(command, args);
        this.child.stdout.on('data', (text) => {
            this.#answers += text;
            this.child.output = this.child.output.slice(-4096); // of hours
        });
    }

    ask(command) {
        this.#last = this.#last.then(async () => {
            this.child.stdin.write(`${command}\n`);
            await waitFor(() => this.#answers.includes('\n'), 30_000, () => `${this.name}: an answer to ${command}:\n${this.child.output}`);
            const [answer, ...rest] = this.#answers.split('\n');
            this.#answers = rest.join('\n');
            return JSON.parse(answer);
        });
        return this.#last;
    }

    async end() {
        const gone = once(this.child, 'exit');
        this.child.stdin.end();
        await gone;
    }
}

/** The command that runs a hub: it says what of its heap is in use, to heapOf(). */
export async function hubCommand() {
    const library = join(dir, 'heap.so');
    await run('cc', ['-std=gnu11', '-O2', '-shared', '-fPIC', '-o', library, join(here, 'heap.c'), '-lpthread']);
    // Memory of 4 KiB and more goes back to the system when it is freed: else what a burst of replays had needed once would stay.
    const tunables = 'glibc.malloc.mmap_threshold=4096:glibc.malloc.trim_threshold=65536';
    return ['env', `GLIBC_TUNABLES=${tunables}`, `LD_PRELOAD=${library}`, `SOAK_HEAP=${join(dir, 'heap')}`];
}

/** KiB of the hub's heap that are in use; of less than a second ago. */
export const heapOf = (pid) => Math.round(Number(readFileSync(join(dir, `heap.${pid}`), 'utf8')) / 1024);

/** The 5,000 streams: tests/endurance/streams.c. */
export async function startStreams(hub, seconds) {
    const clients = join(repository, 'benchmarks/src/clients');
    const lib = join(repository, 'tests/lib');
    const program = join(dir, 'streams');
    const from = [join(here, 'streams.c'), join(lib, 'event_stream.c'), join(lib, 'command_lines.c'), join(clients, 'hist.c')];
    await run('cc', ['-std=gnu11', '-O2', '-I', clients, '-I', lib, '-o', program, ...from]);
    const exp = Math.floor(Date.now() / 1000) + seconds + 3600;
    const lines = Array.from({ length: KNOWN }, (_, index) => {
        const user = index % USERS;
        const isSlow = index < SLOW * 1.2; // some of them are offline
        const follows = [BROAD, FIRST_USER + user, ...(isSlow ? [BIG] : [])];
        const claims = { exp, user: `u${user}`, topics: follows.map((topic) => topics[topic][1]) };
        return `${hub.port} ${index % PAGES} ${isSlow ? 'slow' : 'fast'} ${follows} /sse?token=${token(claims)}`;
    });
    writeFileSync(join(dir, 'clients'), `${lines.join('\n')}\n`);
    const streams = new Answering('streams', program, [join(dir, 'clients')]);
    streams.behind = (last) => {
        writeFileSync(join(dir, 'last'), last.join('\n'));
        return streams.ask(`behind ${join(dir, 'last')}`);
    };
    return streams;
}

/** The web site: tests/endurance/site.php. */
export function startSite(hub, cycle) {
    const php = ['-n', '-d', `extension=${extension}`, join(here, 'site.php')];
    return new Answering('site', 'php', [...php, JSON.stringify({ redis: hub.options.redis, topics, groups: groups(cycle) })]);
}

/** Members of presence channels: they come with a ticket each, and leave. */
export class Members {
    #site;
    #base;
    #present = [];
    #count = 0;
    lost = 0; // streams that ended, and nobody had left
    turnedAway = 0;

    constructor(site, base) {
        this.#site = site;
        this.#base = base;
    }

    async join() {
        const name = `m${this.#count++}`;
        const room = `room-${this.#count % ROOMS}`;
        const client = await this.#open({ presence: { [room]: { user: name, member: { name } } } });
        const member = { name, room, client, isLeaving: false };
        client.add = () => {}; // it keeps nothing, over hours
        client.closed.then(() => {
            this.lost += member.isLeaving ? 0 : 1;
        });
        this.#present.push(member);
    }

    /** A hub that is being taken over turns clients away: a whole answer, with a retry. They come back, with another ticket. */
    async #open(subscription) {
        for (;;) {
            const ticket = await this.#site.ask(`ticket ${JSON.stringify(subscription)}`);
            const client = await openRaw(`${this.#base}/sse?ticket=${ticket}`);
            if (client.headers['content-length'] === undefined) {
                return client;
            }
            this.turnedAway++;
            await client.close();
            await sleep(200);
        }
    }

    async leave() {
        const [member] = this.#present.splice(Math.floor(Math.random() * this.#present.length), 1);
        member.isLeaving = true;
        await member.client.close();
    }

    /** How many of the rooms' lists are those who are there. */
    async rightLists() {
        let right = 0;
        for (let number = 0; number < ROOMS; number++) {
            const room = `room-${number}`;
            const listed = (await this.#site.ask(`members ${room}`)).sort();
            const here = this.#present.filter((member) => member.room === room).map((member) => member.name).sort();
            right += JSON.stringify(listed) === JSON.stringify(here);
        }
        return [right, ROOMS];
    }

    async close() {
        while (this.#present.length > 0) {
            await this.leave();
        }
    }
}
