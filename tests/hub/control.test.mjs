// The control socket, met by peers that no PHP worker would ever be.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { descriptors, run } from '../lib/process.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { message, send, tag, type } from './control.mjs';

const handoff = message(type.handoff, [[tag.transport, 0], [tag.subscribe, 'channel'], [tag.heartbeat, 0], [tag.initial, 'data: begin\n\n']]);
const stats = message(type.stats);

describe('the control socket', { timeout: 120_000 }, () => {
    let hub;
    let watching;
    let files;
    before(async () => {
        hub = await new Hub(null).start();
        watching = await openRaw(hub.url({ topics: 'watched' }));
        await hub.metrics();
        await sleep(100);
        files = descriptors(hub.pid);
    });
    after(async () => {
        await closeClients();
        await hub?.stop();
    });

    /** The hub goes on as if nothing had been: same process, same descriptors, streams served. */
    async function assertUnharmed() {
        await waitFor(() => descriptors(hub.pid) <= files, 5000, () => `${files} descriptors, there are ${descriptors(hub.pid)}`);
        const count = watching.events.length;
        await hub.publish('watched', 'still here');
        await watching.waitForEvents(count + 1);
    }

    async function assertRefused(reason, packet, ...options) {
        const before = (await hub.metrics()).control_refused;
        const { type: answered, text, answer } = await send(hub, packet, '--hold', 2000, ...options);
        assert.equal(answered, type.refused, answer);
        assert.match(text, reason);
        assert.equal((await hub.metrics()).control_refused, before + 1, 'it was counted');
    }

    const wrong = {
        'another version': [/version 1/, message(type.stats, [], 2)],
        'version 0': [/version 1/, message(type.stats, [], 0)],
        'an unknown type': [/no message of type 4242/, message(4242)],
        'an answer': [/no message of type 64/, message(type.accepted)],
        'not our head': [/no message/, Buffer.from('GET / HTTP/1.1\r\n\r\n')],
        'a single byte': [/no message/, Buffer.from('S')],
        'a head that is cut': [/no message/, stats.subarray(0, 7)],
        'a field that is cut': [/broken/, message(type.disconnect, [[8, 'user']]).subarray(0, -2)],
        'a length beyond the end': [/broken/, Buffer.concat([stats, Buffer.from('0018000000ffffff', 'hex')])],
        'a handoff that is cut': [/./, handoff.subarray(0, -3), '--fd', 'stream'],
        'too long': [/did not arrive whole/, stats, '--pad', 140_000],
        'a release of nothing': [/nothing to release/, message(type.released)],
        'a handoff without a descriptor': [/one descriptor, not with 0/, handoff],
        'two descriptors': [/one descriptor, not with 2/, handoff, '--fd', 'stream', '--fd', 'stream'],
        'four descriptors': [/one descriptor, not with 4/, handoff, ...Array(4).fill(['--fd', 'stream']).flat()],
        'a hundred descriptors': [/./, handoff, ...Array(100).fill(['--fd', 'file']).flat()],
        'a descriptor where none belongs': [/without descriptors/, stats, '--fd', 'stream'],
        'a file': [/the connection /, handoff, '--fd', 'file'],
        'a pipe': [/the connection /, handoff, '--fd', 'pipe'],
        'a listening socket': [/the connection /, handoff, '--fd', 'listening'],
        'a socket of packets': [/the connection /, handoff, '--fd', 'packets'],
        'a client that has left': [/the connection /, handoff, '--fd', 'closedpeer'],
        'a transport that is none': [/./, message(type.handoff, [[tag.transport, 9], [tag.subscribe, 'x']]), '--fd', 'stream'],
        'chunks': [/./, message(type.handoff, [[tag.transport, 1], [tag.subscribe, 'x']]), '--fd', 'stream'],
        'FastCGI without an id': [/./, message(type.handoff, [[tag.transport, 2], [tag.subscribe, 'x']]), '--fd', 'stream'],
        'an empty name': [/./, message(type.handoff, [[tag.transport, 0], [tag.subscribe, '']]), '--fd', 'stream'],
        'more names than allowed': [/./, message(type.handoff, [[tag.transport, 0], ...Array(1025).fill([tag.subscribe, 'x'])]), '--fd', 'stream'],
    };
    for (const [what, [reason, packet, ...options]] of Object.entries(wrong)) {
        test(`${what} is refused, counted, and leaves nothing behind`, async () => {
            await assertRefused(reason, packet, ...options);
            await assertUnharmed();
        });
    }

    test('an empty packet, which cannot be told from an end, closes the connection', async () => {
        const { answer } = await send(hub, Buffer.alloc(0));
        assert.equal(answer, 'closed');
        await assertUnharmed();
    });

    for (const kind of ['stream', 'tcp']) {
        test(`a connection is served once the worker has let go of it, and never made non-blocking before (${kind})`, async () => {
            const { type: answered, lines } = await send(hub, handoff, '--fd', kind, '--release', '--read', 500);
            assert.equal(answered, type.accepted);
            assert.equal(lines[1], 'blocking');
            const [, hex, state] = lines[2].split(' ');
            assert.equal(Buffer.from(hex, 'hex').toString(), 'data: begin\n\n');
            assert.equal(state, 'open');
            await hub.waitForMetric('clients', 1);
            await assertUnharmed();
        });
    }

    test('a worker that ends without a release has let go as well', async () => {
        const before = (await hub.metrics()).handoffs;
        const { type: answered } = await send(hub, handoff, '--fd', 'stream');
        assert.equal(answered, type.accepted);
        await hub.waitForMetric('clients', 1);
        await assertUnharmed();
        assert.ok((await hub.metrics()).handoffs <= before + 1);
    });

    test('a worker that never lets go does not keep the stream waiting for ever', async () => {
        const { lines } = await send(hub, handoff, '--fd', 'stream', '--read', 4000, '--hold', 100);
        assert.match(Buffer.from(lines[2].split(' ')[1], 'hex').toString(), /^data: begin\n\n/);
        await assertUnharmed();
    });

    test('messages of unknown fields are understood, and an answer is the same for whoever asks', async () => {
        const { type: answered, text } = await send(hub, message(type.stats, [[9999, 'of a later version']]));
        assert.equal(answered, type.reply);
        assert.match(text, /"clients":1/);
    });

    test('a thousand silent connections do not keep workers out, and are closed in the end', async () => {
        const holding = send(hub, stats, '--dial', 1100, '--hold', 7500, '--timeout', 5000);
        await waitFor(() => descriptors(hub.pid) > 900, 5000, 'the connections');
        assert.ok(descriptors(hub.pid) < files + 1100);
        const busy = await send(hub, handoff, '--fd', 'stream', '--release', '--read', 100);
        assert.equal(busy.type, type.accepted);
        assert.equal((await hub.stats()).phase, 'serving');
        const { type: answered, lines } = await holding;
        assert.equal(answered, type.reply);
        assert.equal(lines.at(-1), '1100 of 1100 closed');
        await assertUnharmed();
    });

    test('the socket is nobody else\'s: mode 0600', async () => {
        const mode = (await run('stat', ['-c', '%a', hub.control])).trim();
        assert.equal(mode, '600');
    });
});
