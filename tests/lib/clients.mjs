// Three clients with one shape: { frames, events, close(), closed, waitForEvents(count, ms), waitForFrame(test, ms) }.
//
// frames: all that was received, comments and bare ids too (EventSource shows events only); events: those with data, without
// heartbeats; closed: a promise that the end of the stream resolves.
import http from 'node:http';
import { EventSource } from 'eventsource';
import { SseParser } from './sse_parser.mjs';
import { start, stop } from './process.mjs';
import { waitFor } from './wait.mjs';

const openClients = new Set();

/** Closes what a test left open, or a stream that its failure left behind would hold a worker in the tests after it. */
export async function closeClients() {
    await Promise.all([...openClients].map((client) => client.close()));
    openClients.clear();
}

class Recording {
    frames = [];
    events = [];

    constructor() {
        openClients.add(this);
    }

    add(frame) {
        this.frames.push(frame);
        if (frame.data !== null && frame.event !== 'ping') {
            this.events.push(frame);
        }
    }

    /** The id to continue from, as EventSource would send it. */
    get lastEventId() {
        return this.frames.findLast((frame) => frame.id !== null)?.id ?? null;
    }

    get data() {
        return this.events.map((event) => event.data);
    }

    async waitForEvents(count, ms = 5000) {
        await waitFor(() => this.events.length >= count, ms, () => `${count} events; received ${this.#summary()}`);
        return this.events;
    }

    async waitForFrame(test, ms = 5000) {
        return waitFor(() => this.frames.find(test), ms, () => `a frame like ${test}; received ${this.#summary()}`);
    }

    async waitForEnd(ms = 5000) {
        let ended = false;
        this.closed.then(() => {
            ended = true;
        });
        await waitFor(() => ended, ms, () => `the end of the stream; received ${this.#summary()}`);
    }

    #summary() {
        const tail = JSON.stringify(this.frames.slice(-3).map(({ at, ...frame }) => frame));
        return `${this.frames.length} frames, ${this.events.length} events, the newest: ${tail.slice(0, 600)}`;
    }
}

/**
 * Node's own HTTP client: sees status, headers and every byte. `agent` keeps the connection between streams; the headers
 * have to arrive within `patience` ms.
 */
export async function openRaw(url, { headers = {}, agent = false, patience = 10_000 } = {}) {
    const request = http.get(url, { agent, headers: { Accept: 'text/event-stream', ...headers } });
    const timer = setTimeout(() => request.destroy(new Error(`no headers from ${url} within ${patience} ms`)), patience);
    const response = await new Promise((resolve, reject) => request.on('response', resolve).on('error', reject));
    clearTimeout(timer);
    request.on('error', () => {});
    const recording = new Recording();
    const parser = new SseParser((frame) => recording.add(frame));
    response.setEncoding('utf8').on('data', (text) => parser.push(text));
    response.on('error', () => {});
    recording.status = response.statusCode;
    recording.headers = response.headers;
    recording.closed = new Promise((resolve) => response.on('close', resolve));
    // Whether the server ended the body as HTTP demands, rather than breaking off.
    recording.pause = () => response.pause();
    recording.resume = () => response.resume();
    recording.isComplete = () => response.complete;
    recording.close = async () => {
        request.destroy();
        await recording.closed;
    };
    return recording;
}

/** curl -N: a client that knows nothing of events. */
export async function openCurl(url, { headers = {} } = {}) {
    const recording = new Recording();
    const options = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const stdio = ['ignore', 'pipe', 'inherit'];
    const child = start('curl', ['-sS', '-N', '--max-time', '120', ...options, url], { stdio });
    const parser = new SseParser((frame) => recording.add(frame));
    child.stdout.on('data', (text) => parser.push(text));
    recording.closed = new Promise((resolve) => child.on('close', resolve));
    recording.close = () => stop(child);
    return recording;
}

/** npm's eventsource, which reconnects by itself with its Last-Event-ID. */
export async function openEventSource(url, { headers = {}, names = ['gap', 'note'] } = {}) {
    const recording = new Recording();
    recording.connections = 0;
    const source = new EventSource(url, {
        fetch: (input, init) => {
            recording.connections++;
            return fetch(input, { ...init, headers: { ...init.headers, ...headers } });
        },
    });
    const record = ({ type, data, lastEventId }) =>
        recording.add({ at: performance.now(), data, event: type, id: lastEventId || null, retry: null, comment: null });
    for (const name of ['message', 'ping', ...names]) {
        source.addEventListener(name, record);
    }
    recording.closed = new Promise((resolve) => {
        source.addEventListener('error', () => source.readyState === source.CLOSED && resolve());
        recording.close = async () => {
            source.close();
            resolve();
        };
    });
    return recording;
}
