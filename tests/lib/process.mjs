// Child processes that cannot outlive the suite: each is ended by its id, at the latest when Node exits.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { after } from 'node:test';

const running = new Set();

/** How many descriptors a process has open, and the ids of its children. */
export const descriptors = (pid) => readdirSync(`/proc/${pid}/fd`).length;
export const children = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

/** Starts a command. The child gets `output`: all that it wrote to stdout and stderr, decoded. */
export function start(command, args, options = {}) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
    child.output = '';
    for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (text) => {
            child.output += text;
        });
    }
    child.stdin?.on('error', () => {});
    child.on('error', (error) => {
        child.output += `${error}\n`;
    });
    running.add(child);
    child.on('close', () => running.delete(child));
    return child;
}

const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

/** TERM, and KILL when that does nothing for `patience` ms. Returns when the process is gone. */
export async function stop(child, patience = 5000) {
    if (hasEnded(child)) {
        return;
    }
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), patience);
    await gone;
    clearTimeout(timer);
}

/** Runs a command to its end and returns its standard output; throws with all its output when it fails. */
export async function run(command, args, options = {}) {
    const child = start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let stdout = '';
    child.stdout.on('data', (text) => {
        stdout += text;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 60_000);
    const [code, signal] = await once(child, 'close');
    clearTimeout(timer);
    if (code !== 0) {
        throw new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}:\n${child.output}`);
    }
    return stdout;
}

after(() => Promise.all([...running].map((child) => stop(child))));
process.on('exit', () => {
    for (const child of running) {
        child.kill('SIGKILL');
    }
});
