// Messages for a hub's control socket, and control_client to send them.
import { join } from 'node:path';
import { repository, temporaryDirectory } from '../lib/paths.mjs';
import { run } from '../lib/process.mjs';

export const type = { handoff: 1, released: 2, publish: 3, cursor: 4, ticket: 5, disconnect: 6, stats: 7, join: 12, leave: 13, accepted: 64, refused: 65, reply: 66 };
export const tag = { subscribe: 4, queue: 6, heartbeat: 10, initial: 15, transport: 16, requestId: 17, channel: 19, data: 21, reason: 25, stream: 41 };

/** A number of 16 bits, and one of 64. */
const short = (value) => Buffer.from([value >> 8, value & 255]);
const long = (value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    return bytes;
};

/** fields: [tag, string or number]... */
export function message(kind, fields = [], version = 1) {
    const parts = fields.map(([name, value]) => {
        const bytes = typeof value === 'number' ? long(value) : Buffer.from(value);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        return Buffer.concat([short(name), short(0), length, bytes]);
    });
    return Buffer.concat([Buffer.from('SSE'), Buffer.from([version]), short(kind), short(0), ...parts]);
}

let compiled = null;

async function compile() {
    const file = join(temporaryDirectory('control'), 'control_client');
    await run('cc', ['-std=gnu11', '-o', file, join(repository, 'tests/hub/control_client.c')]);
    return file;
}

/** Sends one packet. Returns the lines that control_client printed, of which `answer` is the first, and `type` the answer's. */
export async function send(hub, packet, ...options) {
    const client = await (compiled ??= compile());
    const lines = (await run(client, [hub.control, packet.toString('hex'), ...options.map(String)])).trim().split('\n');
    const bytes = /^[0-9a-f]+$/.test(lines[0]) ? Buffer.from(lines[0], 'hex') : null;
    return { lines, answer: lines[0], type: bytes?.readUInt16BE(4) ?? null, text: bytes?.subarray(8).toString('latin1') ?? '' };
}
