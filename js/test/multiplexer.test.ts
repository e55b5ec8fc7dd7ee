import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EchoServer } from '../../tests/browser/echo_server.mjs';
import { portPair, type Position, type TabPort, type ToTab, version } from '../src/messages.js';
import { Multiplexer, type MultiplexerOptions } from '../src/multiplexer.js';
import { sleep, until } from './server.js';

let server: EchoServer;
let multiplexer: Multiplexer;
let locks: Map<string, () => void>;

beforeEach(async () => {
    server = await EchoServer.start();
    locks = new Map();
    create();
});
afterEach(async () => {
    multiplexer.close();
    await server.stop();
});

function create(options: MultiplexerOptions = {}): void {
    multiplexer?.close();
    multiplexer = new Multiplexer({
        linger: 150,
        watchLock: (lock, gone) => {
            locks.set(lock, gone);
            return () => locks.delete(lock);
        },
        ...options,
    });
}

interface FakeTab {
    port: TabPort;
    heard: ToTab[];
    events: string[];
    subscribed: string[];
    /** False: it is frozen. */
    answers: boolean;
}

function tab({ lock = null, since = null, headers = {}, joinTimeout }: {
    lock?: string | null;
    since?: Position | null;
    headers?: Record<string, string>;
    joinTimeout?: number;
} = {}): FakeTab {
    const [port, end] = portPair();
    const self: FakeTab = { port, heard: [], events: [], subscribed: [], answers: true };
    multiplexer.connect(end);
    port.listen((message) => {
        self.heard.push(message);
        if (message.type === 'broadcast') {
            self.events.push(`${message.broadcast.channel} ${message.broadcast.event} ${JSON.stringify(message.broadcast.data)}`);
        } else if (message.type === 'subscribed') {
            self.subscribed.push(...message.channels);
        } else if (message.type === 'headers' && self.answers) {
            port.send({ type: 'headers', ask: message.ask, headers });
        } else if (message.type === 'ping' && self.answers) {
            port.send({ type: 'pong' });
        }
    });
    const config = { endpoint: `${server.url}/broadcasting/sse`, withCredentials: false, memberKey: 'id', retry: 20, joinTimeout };
    port.send({ type: 'hello', version, key: 'k', config, lock, since });
    return self;
}

const join = ({ port }: FakeTab, ...channels: string[]) => port.send({ type: 'join', channels });
const leave = ({ port }: FakeTab, ...channels: string[]) => port.send({ type: 'leave', channels });
const live = (self: FakeTab, ...channels: string[]) =>
    until(() => channels.every((channel) => self.subscribed.includes(channel)), `${channels.join()} to be live`);
const gets = () => server.requests.filter(({ method }) => method === 'GET');
const posts = () => server.requests.filter(({ method }) => method === 'POST');

describe('many tabs', () => {
    test('are on one stream, and each hears its own channels', async () => {
        const [a, b] = [tab(), tab()];
        join(a, 'one', 'both');
        join(b, 'both');
        await live(a, 'one', 'both');
        await live(b, 'both');
        const c = tab();
        join(c, 'one', 'three');
        await live(c, 'one', 'three');
        for (const channel of ['one', 'both', 'three']) {
            server.broadcast(channel, 'e', 1);
        }
        await until(() => c.events.length === 2, 'the events');
        expect(a.events).toEqual(['one e 1', 'both e 1']);
        expect(b.events).toEqual(['both e 1']);
        expect(c.events).toEqual(['one e 1', 'three e 1']);
        expect(gets()).toHaveLength(1);
        expect(gets()[0]?.url.searchParams.getAll('channels[]')).toEqual(['one', 'both']);
        expect(posts().map(({ body }) => body)).toEqual([{ stream: 'stream1', join: ['three'], leave: [] }]);
    });

    test('a channel is left with the last tab that had it', async () => {
        const [a, b] = [tab(), tab()];
        join(a, 'one', 'both');
        join(b, 'both');
        await live(b, 'both');
        leave(a, 'both');
        leave(a, 'one');
        await until(() => server.channels.join() === 'both', 'one to be left');
        leave(b, 'both');
        await until(() => server.streams.size === 0, 'the stream to end');
        expect(b.heard).toContainEqual({ type: 'state', state: 'idle', failure: null });
    });

    test('who joins when there was no stream begins from now', async () => {
        const a = tab();
        join(a, 'one');
        await live(a, 'one');
        server.broadcast('one', 'before', 1);
        await until(() => a.events.length, 'the event');
        leave(a, 'one');
        await until(() => server.streams.size === 0, 'the stream to end');
        server.broadcast('one', 'meanwhile', 2);
        join(a, 'one');
        await until(() => a.subscribed.length === 2, 'the channel');
        server.broadcast('one', 'after', 3);
        await until(() => a.events.length > 1, 'the event');
        expect(a.events).toEqual(['one before 1', 'one after 3']);
    });

    test('a refused channel is told to those who asked, and asked for again when somebody joins', async () => {
        server.authorize = (channel) => (channel === 'private-x' ? 403 : 0);
        const [a, b] = [tab(), tab()];
        join(a, 'private-x', 'one');
        await live(a, 'one');
        join(b, 'one');
        expect(a.heard).toContainEqual({ type: 'refused', channels: { 'private-x': 403 } });
        expect(b.heard.some(({ type }) => type === 'refused')).toBe(false);
        join(b, 'private-x');
        await until(() => b.heard.some(({ type }) => type === 'refused'), 'the refusal');
        server.authorize = () => 0;
        join(b, 'private-x');
        await live(a, 'private-x');
    });

    test('headers are those of the newest; a frozen tab does not hold others up', async () => {
        const a = tab({ headers: { Authorization: 'Bearer old', 'X-CSRF-TOKEN': 'old' } });
        join(a, 'one');
        await live(a, 'one');
        const b = tab({ headers: { Authorization: 'Bearer new', 'X-CSRF-TOKEN': 'new' } });
        join(b, 'two');
        await live(b, 'two');
        expect(gets()[0]?.headers).toMatchObject({ authorization: 'Bearer old' });
        expect(gets()[0]?.headers).not.toHaveProperty('x-csrf-token');
        expect(posts()[0]?.headers).toMatchObject({ authorization: 'Bearer new', 'x-csrf-token': 'new', accept: 'application/json' });
        b.answers = false;
        join(a, 'three');
        await live(a, 'three');
        expect(posts()[1]?.headers).toMatchObject({ authorization: 'Bearer new' });
    });

    test('an expired token is renewed once; then what was asked for is refused', async () => {
        const a = tab();
        join(a, 'one');
        await live(a, 'one');
        server.intercept = ({ method }: { method: string }) => (method === 'POST' ? { status: 419 } : null);
        join(a, 'two');
        await until(() => a.heard.some(({ type }) => type === 'refused'), 'the refusal');
        expect(posts()).toHaveLength(2);
        expect(a.heard.filter((message) => message.type === 'headers').map((message) => message.refresh)).toEqual([false, false, true]);
        expect(a.heard).toContainEqual({ type: 'refused', channels: { two: 419 } });
    });

    test('another version is welcomed, so that it knows, and not served', async () => {
        const [port, end] = portPair();
        multiplexer.connect(end);
        const heard: ToTab[] = [];
        port.listen((message) => heard.push(message));
        const config = { endpoint: server.url, withCredentials: false, memberKey: 'id' };
        port.send({ type: 'hello', version: 99, key: 'k', config, lock: null, since: null });
        await until(() => heard.length, 'the welcome');
        expect(heard).toEqual([{ type: 'welcome', version }]);
        expect(multiplexer.size).toBe(0);
    });
});

describe('a tab that is gone', () => {
    test('without a word frees its lock, and its channels are released after a while', async () => {
        const [a, b] = [tab({ lock: 'lock-a' }), tab({ lock: 'lock-b' })];
        join(a, 'one');
        join(b, 'two');
        await live(b, 'two');
        locks.get('lock-a')?.();
        await sleep(50);
        expect(server.channels).toEqual(['one', 'two']);
        await until(() => server.channels.join() === 'two', 'one to be released');
        expect(gets()).toHaveLength(1);
    });

    test('where there are no locks does not answer pings, and joins again if it was only frozen', async () => {
        create({ ping: 40, watchLock: null });
        const [a, b] = [tab({ lock: 'held' }), tab()];
        join(a, 'one');
        join(b, 'two');
        await live(a, 'one');
        a.answers = false;
        await until(() => server.channels.join() === 'two', 'one to be released');
        expect(multiplexer.size).toBe(1);
        expect(a.heard.at(-1)).toEqual({ type: 'evicted' });
        a.port.send({ type: 'pong' });
        await until(() => a.heard.filter(({ type }) => type === 'evicted').length === 2, 'to be told');
    });

    test('the last one ends the stream', async () => {
        let empty = 0;
        create({ onEmpty: () => (empty += 1) });
        const a = tab();
        join(a, 'one');
        await live(a, 'one');
        a.port.send({ type: 'bye' });
        await until(() => server.streams.size === 0, 'the stream to end');
        expect(empty).toBe(1);
    });
});

describe('a tab that was reloaded', () => {
    test('gets what came meanwhile, of its channels, though others kept the stream', async () => {
        const [a, b] = [tab(), tab()];
        join(a, 'one', 'two');
        join(b, 'two');
        await live(a, 'one', 'two');
        server.broadcast('one', 'before', 1);
        await until(() => a.events.length === 1, 'the event');
        const { id } = a.heard.find((message) => message.type === 'broadcast') ?? { id: '' };
        a.port.send({ type: 'bye' });
        server.broadcast('one', 'missed', 1);
        server.broadcast('two', 'missed', 2);
        await until(() => b.events.length === 1, 'the event');
        const again = tab({ since: { id, channels: ['one', 'two'] } });
        join(again, 'one', 'two', 'three');
        await live(again, 'one', 'two', 'three');
        expect(again.events).toEqual(['one missed 1', 'two missed 2']);
        expect(again.heard.some(({ type }) => type === 'gap')).toBe(false);
    });

    test('is told of a gap if its channel was not kept so long', async () => {
        const [a, b] = [tab(), tab()];
        join(a, 'one');
        join(b, 'two');
        await live(a, 'one');
        a.port.send({ type: 'bye' });
        await until(() => server.channels.join() === 'two', 'one to be released');
        server.broadcast('two', 'e', 1);
        await until(() => b.events.length, 'the event');
        const again = tab({ since: { id: '0-0', channels: ['one'] } });
        join(again, 'one');
        await live(again, 'one');
        expect(again.heard).toContainEqual({ type: 'gap', gap: { source: 'one', reason: 'unknown' } });
    });

    test('and is the only one begins where it was', async () => {
        server.broadcast('one', 'seen', 1);
        server.broadcast('one', 'missed', 2);
        const a = tab({ since: { id: '1-0', channels: ['one'] } });
        join(a, 'one');
        await until(() => a.events.length, 'the event');
        expect(a.events).toEqual(['one missed 2']);
        expect(gets()[0]?.url.searchParams.get('lastEventId')).toBe('1-0');
    });
});

describe('the stream', () => {
    test('comes back with all channels and the position', async () => {
        const a = tab();
        join(a, 'one');
        await live(a, 'one');
        server.broadcast('one', 'e', 1);
        await until(() => a.events.length === 1, 'the event');
        server.drop({ cut: true });
        server.broadcast('one', 'e', 2);
        await until(() => a.events.length === 2, 'the missed event');
        expect(gets()[1]?.url.searchParams.get('lastEventId')).toBe('1-0');
        const states = a.heard.filter((message) => message.type === 'state').map(({ state }) => state);
        expect(states).toEqual(['idle', 'connecting', 'connected', 'reconnecting', 'connected']);
        expect(a.subscribed).toEqual(['one', 'one']);
    });

    test.each(['reconnect', 'silent'] as const)('is opened anew where it cannot change (%s)', async (joins) => {
        server.joins = joins;
        const a = tab({ joinTimeout: 100 });
        join(a, 'one');
        await live(a, 'one');
        join(a, 'two');
        await live(a, 'two');
        await sleep(150);
        expect(gets().map(({ url }) => url.searchParams.getAll('channels[]'))).toEqual([['one'], ['one', 'two']]);
        expect(gets()[1]?.url.searchParams.get('lastEventId')).toBe('0-0');
    });

    test('that is refused fails all its channels, and is tried again when somebody joins', async () => {
        server.intercept = () => ({ status: 403 });
        const a = tab();
        join(a, 'one');
        await until(() => a.heard.some(({ type }) => type === 'refused'), 'the refusal');
        expect(a.heard).toContainEqual({ type: 'refused', channels: { one: 403 } });
        expect(a.heard).toContainEqual(expect.objectContaining({ type: 'state', state: 'failed' }));
        await sleep(50);
        expect(gets()).toHaveLength(2);
        server.intercept = () => null;
        join(a, 'two');
        await live(a, 'one', 'two');
    });

    test('tells of gaps, each of its channel', async () => {
        const [a, b] = [tab(), tab()];
        join(a, 'one');
        join(b, 'two');
        await live(b, 'two');
        server.send('gap', { source: 'public-one', reason: 'trimmed' });
        await until(() => a.heard.some(({ type }) => type === 'gap'), 'the gap');
        await sleep(20);
        expect(b.heard.some(({ type }) => type === 'gap')).toBe(false);
        expect(gets()).toHaveLength(1);
    });
});

test('a tab that joins a presence channel late is told who is there', async () => {
    const a = tab({ headers: { Authorization: 'Bearer ani' } });
    join(a, 'presence-room');
    await until(() => a.events.length, 'the list');
    server.broadcast('presence-room', 'presence:joining', { id: 'budi' });
    await until(() => a.events.length === 2, 'the joining');
    const b = tab();
    join(b, 'presence-room');
    await until(() => b.events.length, 'the list');
    expect(b.events).toEqual(['presence-room presence:subscribed [{"id":"ani"},{"id":"budi"}]']);
});
