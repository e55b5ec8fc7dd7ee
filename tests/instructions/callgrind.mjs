// A PHP process under valgrind's callgrind, and what it executes between two moments: instructions of the extension and its
// libraries, and calls of what costs. Neither PHP's own instructions are counted nor those of libc, whose memcpy depends on the
// processor.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryDirectory } from '../lib/paths.mjs';
import { run } from '../lib/process.mjs';

const libraries = [/^sse\.so$/, /^libhiredis/, /^libuv/];

/** What each call costs beyond its instructions: copies, allocations, and system calls. */
const kinds = {
    copies: /^_*mem(p?cpy|move)(_|$)/, // libc has one for each kind of processor
    allocations: /^(_e|)(m|c|re)alloc(_|$)/,
    'system calls':
        /^_*(accept4?|bind|close|connect|epoll_(create1|ctl|p?wait)|fcntl(64)?|getpeername|getsockname|getsockopt|ioctl|poll|read|recv(from|msg)?|send(msg|to)?|setsockopt|shutdown|socket|write|writev)$/,
};

function kindOf(name) {
    return Object.keys(kinds).find((kind) => kinds[kind].test(name));
}

/**
 * The sum of these files of callgrind's, written without compression; `functions` has instructions by name, without what they call.
 * Format: https://valgrind.org/docs/manual/cl-format.html
 */
function read(files) {
    const counts = { instructions: 0, copies: 0, allocations: 0, 'system calls': 0, functions: new Map() };
    files.forEach((file) => add(counts, file));
    return counts;
}

function add(counts, file) {
    let ours = false; // whether the current function is in one of the libraries
    let current = '';
    let callee = '';
    let isCall = false; // the next line is the inclusive cost of a call
    for (const line of readFileSync(file, 'utf8').split('\n')) {
        const [, key, value] = /^(ob|fn|cfn|calls)=(.*)$/.exec(line) ?? [];
        if (key === 'ob') {
            ours = libraries.some((name) => name.test(basename(value)));
        } else if (key === 'fn') {
            current = value;
        } else if (key === 'cfn') {
            callee = value.replace(/@@?.*$/, '').replace(/'\d+$/, '');
        } else if (key === 'calls') {
            isCall = true;
            const kind = kindOf(callee);
            if (ours && kind !== undefined) {
                counts[kind] += Number(value.split(' ')[0]);
            }
        } else if (/^\d/.test(line)) {
            if (!isCall && ours) {
                const cost = Number(line.split(' ')[1]);
                counts.instructions += cost;
                counts.functions.set(current, (counts.functions.get(current) ?? 0) + cost);
            }
            isCall = false;
        }
    }
}

export class Callgrind {
    #dir = temporaryDirectory('callgrind');
    #dumps = new Map(); // pid → how many

    /** The command to put before `php`. */
    get command() {
        return [
            'valgrind', '--tool=callgrind', '--compress-strings=no', '--compress-pos=no', '--quiet',
            `--callgrind-out-file=${join(this.#dir, 'out.%p')}`,
        ];
    }

    /** Counts what the process does while `work` runs. Not for one that has been forked: callgrind_control does not know it. */
    async count(pid, work) {
        await run('callgrind_control', ['--zero', String(pid)]);
        await work();
        await run('callgrind_control', ['--dump', String(pid)]);
        this.#dumps.set(pid, (this.#dumps.get(pid) ?? 0) + 1);
        return read([join(this.#dir, `out.${pid}.${this.#dumps.get(pid)}`)]);
    }

    /** What these processes have done in their lives, all together; they have ended. */
    total(pids) {
        return read(pids.map((pid) => join(this.#dir, `out.${pid}`)));
    }
}
