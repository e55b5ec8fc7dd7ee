// Streams over tickets; bytes to a hub's listener as no HTTP client would send them, and a client that does not read.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { openRaw } from '../lib/clients.mjs';

export const unique = (what) => `${what}-${randomUUID()}`;
export const numbers = (from, count) => Array.from({ length: count }, (_, index) => String(from + index));
export const isPing = (frame) => frame.event === 'ping';

/** A stream of what a ticket stands for. */
export async function openTicket(hub, subscription, headers = {}) {
    const client = await openRaw(`${hub.base}/sse?ticket=${await hub.ticket(subscription)}`, { headers });
    assert.equal(client.status, 200);
    return client;
}

/** A connected socket that collects what it reads in `received`. */
export async function dial(port) {
    const socket = connect(port, '127.0.0.1');
    socket.received = '';
    socket.setEncoding('latin1').on('data', (text) => {
        socket.received += text;
    });
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
}

/** Sends bytes and returns all that comes back until the hub closes, or until `ms` have passed. */
export async function exchange(port, bytes, ms = 5000) {
    const socket = await dial(port);
    socket.write(bytes);
    const timer = setTimeout(() => socket.destroy(), ms);
    await once(socket, 'close');
    clearTimeout(timer);
    return socket.received;
}

export const statusOf = (answer) => Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]);

/** A stream of which nothing is read after its first bytes; resume() reads on. */
export async function openStalled(url, headers = {}) {
    const { port, pathname, search } = new URL(url);
    const socket = await dial(Number(port));
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${pathname}${search} HTTP/1.0\r\nHost: hub\r\n${lines.join('')}\r\n`);
    await once(socket, 'data');
    socket.pause();
    return socket;
}
