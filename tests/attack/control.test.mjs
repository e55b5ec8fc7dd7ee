// A local peer of the control socket that means harm. Single packets that are wrong, each with its reason, are in
// tests/hub/control.test.mjs, takeovers that do not go on in tests/hub/takeover.test.mjs; here are other users, floods and descriptors.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { message, send, tag, type } from '../hub/control.mjs';
import { repository, temporaryDirectory } from '../lib/paths.mjs';
import { run } from '../lib/process.mjs';
import { attack, many, stage } from './attacks.mjs';

const NOBODY = 65534;
const handoff = message(type.handoff, [[tag.transport, 0], [tag.subscribe, 'channel'], [tag.heartbeat, 1000], [tag.initial, 'data: begin\n\n']]);
const stats = message(type.stats);

let program = null;
async function compile() {
    const file = join(temporaryDirectory('attacker'), 'control_attacker');
    await run('cc', ['-std=gnu11', '-Wall', '-Wextra', '-o', file, join(repository, 'tests/attack/control_attacker.c')]);
    return file;
}

describe('the control socket under attack', { timeout: 300_000 }, () => {
    const place = stage();
    const attacker = async (packet, how, n) => (await run(await (program ??= compile()), [place.hub.control, packet.toString('hex'), how, String(n)])).trim();

    test('another user: the file keeps them out, and where it does not, the kernel says who they are', { skip: process.getuid() !== 0 && 'needs root' }, async () => {
        const file = await (program ??= compile());
        for (const directory of [place.hub.dir, join(file, '..')]) {
            chmodSync(directory, 0o711);
        }
        await attack('another user', place, { count: 2, counted: { control_refused: 1 }, logged: /control_refused .*same user/ }, async () => {
            assert.equal(await attacker(stats, 'as', NOBODY), 'no access');
            chmodSync(place.hub.control, 0o666);
            assert.equal(await attacker(message(8), 'as', NOBODY), 'refused', 'a DRAIN of somebody else');
            chmodSync(place.hub.control, 0o600);
        });
        assert.equal((await place.hub.stats()).phase, 'serving');
    });

    test('packets cut at every byte, and with every byte changed', async () => {
        const step = many(3, 1);
        await attack('broken packets', place, { count: Math.floor(2 * handoff.length / step), grows: 6, counted: { control_refused: Math.floor(handoff.length / step) } }, async () => {
            for (let at = 1; at < handoff.length; at += step) {
                const changed = Buffer.from(handoff);
                changed[at] ^= 0xff;
                await Promise.all([handoff.subarray(0, at), changed].map((packet) => send(place.hub, packet, '--fd', 'stream')));
            }
        });
    });

    test('a flood of questions whose answers nobody reads', async () => {
        const count = many(20_000, 500_000);
        await attack('unread answers', place, { count, grows: 6, counted: { control_messages: 100 } }, () => attacker(stats, 'flood', count));
    });

    test('a flood of nonsense, each packet on a connection of its own', async () => {
        const count = many(5000, 100_000);
        await attack('nonsense', place, { count, grows: 6, counted: { control_refused: 100 }, logged: /control_refused .*no message/ }, () => attacker(Buffer.from('nonsense'), 'flood', count));
    });

    test('descriptors by the thousand', async () => {
        const count = many(100, 2000);
        await attack('250 descriptors a packet', place, { count, grows: 6, counted: { control_refused: count / 2 } }, () => attacker(handoff, 'fds', count));
    });

    test('the control socket itself as the stream', async () => {
        const count = many(200, 5000);
        await attack('the control socket itself', place, { count, grows: 6, counted: { control_refused: count / 2 } }, () => attacker(handoff, 'self', count));
    });

    test('descriptors that are no connection of a client, of every kind', async () => {
        const count = many(20, 500);
        await attack('descriptors of wrong kinds', place, { count: 16 * count, grows: 6, counted: { control_refused: 8 * count }, logged: /control_refused/ }, () => attacker(handoff, 'kinds', count));
    });

    test('connections whose close() waits for their client', async () => {
        const count = many(20, 200);
        await attack('close() that waits', place, { count, grows: 6, counted: { control_refused: count / 2 }, logged: /control_refused/ }, () => attacker(handoff, 'linger', count));
    });

    test('packets of chance, and lengths that are not there', async () => {
        const count = many(20_000, 500_000);
        const head = stats.subarray(0, 8);
        const lengths = ['ffffffff', '7fffffff', '80000000', '00020000'].map((length) => Buffer.concat([head, Buffer.from(`00180000${length}`, 'hex'), Buffer.alloc(64)]));
        await attack('packets of chance', place, { count, grows: 6, counted: { control_refused: 100 }, logged: /control_refused/ }, async () => {
            await attacker(stats, 'random', count);
            for (const packet of lengths) {
                await attacker(packet, 'flood', count / 100);
            }
        });
    });

    test('connections that say nothing, more than there may be: who speaks is answered', async () => {
        const count = many(1500, 10_000);
        await attack('silent connections', place, { count, grows: 6, logged: /control_crowded/ }, async () => {
            assert.equal(await attacker(stats, 'connections', count), 'answered');
        });
    });

    test('streams whose descriptor the worker keeps and goes on using', async () => {
        const count = many(300, 5000);
        await attack('descriptors that are kept', place, { count, grows: 6, counted: { handoffs: count } }, async () => {
            await attacker(handoff, 'keep', count);
            await place.hub.waitForMetric('clients', 1);
        });
    });
});
