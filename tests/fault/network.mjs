// A network of machines: namespaces, each with an address and a TCP of its own, on one bridge. The test itself is on it too.
import { spawnSync } from 'node:child_process';
import { run, start } from '../lib/process.mjs';
import { later } from './faults.mjs';

/** For test(): why there can be no such network here, or false. */
export const skip = process.getuid() === 0 && spawnSync('unshare', ['-n', 'true']).status === 0 ? false : 'needs root and network namespaces';

const PREFIX = 24;
const addressOf = (number) => `10.213.8.${number}`;
/** The test's own address, and one that no machine has yet. */
export const ownAddress = addressOf(1);
export const spareAddress = addressOf(100);

const ip = (...args) => run('ip', args);

export class Machine {
    #device;

    constructor(name, address, device) {
        this.name = name;
        this.address = address;
        this.#device = device;
        this.wrap = ['ip', 'netns', 'exec', name]; // before a command that is to run there
    }

    /** Rules for what comes in and what goes out; they take the place of those before. */
    async #filter(input, output = '') {
        const rules = `
            table inet faults
            delete table inet faults
            table inet faults {
                chain input { type filter hook input priority 0; ${input} }
                chain output { type filter hook output priority 0; ${output} }
            }`;
        const [command, ...args] = [...this.wrap, 'nft', '--file', '-'];
        const nft = start(command, args);
        nft.stdin.end(rules);
        const code = await new Promise((resolve) => nft.once('close', resolve));
        if (code !== 0) {
            throw new Error(`nft ended with ${code}:\n${nft.output}`);
        }
    }

    /** Of what arrives, so many of a hundred packets do not. */
    lose(percent) {
        return this.#filter(`iifname "${this.#device}" numgen random mod 100 < ${percent} drop;`);
    }

    /** Nothing goes between the two any more, and nobody is told. */
    cutFrom(other) {
        return this.#filter(`ip saddr ${other.address} drop;`, `ip daddr ${other.address} drop;`);
    }

    heal() {
        return this.#filter('');
    }

    /** Nothing comes and nothing goes, as with a cable that is pulled. Others go on to send to it. */
    silence() {
        return this.#filter('drop;', 'drop;');
    }

    /** As by a power failure: others find nobody at its addresses. */
    async vanish() {
        await ip('-n', this.name, 'link', 'set', this.#device, 'down');
    }

    /** Another address, beside its own. */
    async take(address) {
        await ip('-n', this.name, 'address', 'add', `${address}/${PREFIX}`, 'dev', this.#device);
    }

    /** What a gratuitous ARP of the new machine would make it do. */
    async forgetWhere(address) {
        await ip('-n', this.name, 'neigh', 'flush', 'to', address);
    }
}

/** `count` machines, which are gone when the test ends. */
export async function machines(t, count) {
    const name = `sse${process.pid}`;
    await ip('link', 'add', name, 'type', 'bridge');
    later(t, () => ip('link', 'delete', name));
    await ip('address', 'add', `${ownAddress}/${PREFIX}`, 'dev', name);
    await ip('link', 'set', name, 'up');
    const all = [];
    for (let number = 2; number < 2 + count; number++) {
        const machine = `${name}-${number}`;
        const [port, device] = [`${name}p${number}`, 'eth0'];
        await ip('netns', 'add', machine);
        later(t, () => ip('netns', 'delete', machine));
        await ip('link', 'add', port, 'type', 'veth', 'peer', 'name', device, 'netns', machine);
        later(t, () => ip('link', 'delete', port)); // at once; the namespace takes its time
        await ip('link', 'set', port, 'master', name, 'up');
        await ip('-n', machine, 'address', 'add', `${addressOf(number)}/${PREFIX}`, 'dev', device);
        await ip('-n', machine, 'link', 'set', 'lo', 'up');
        await ip('-n', machine, 'link', 'set', device, 'up');
        all.push(new Machine(machine, addressOf(number), device));
    }
    return all;
}

