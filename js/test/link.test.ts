import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Link } from '../src/link.js';
import { type MultiplexerPort, portPair, type TabPort, type ToMultiplexer, version } from '../src/messages.js';

interface End {
    port: MultiplexerPort;
    heard: ToMultiplexer[];
}

let shared: End[];
let local: End[];
let failed: (() => void)[];
let link: Link;

beforeEach(() => {
    vi.useFakeTimers();
    [shared, local, failed] = [[], [], []];
});
afterEach(() => {
    link.close();
    vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

function open(ends: End[]): TabPort {
    const [tab, port] = portPair();
    const end: End = { port, heard: [] };
    port.listen((message) => end.heard.push(message));
    ends.push(end);
    return tab;
}

function start(canShare = true) {
    const handler = {
        state: vi.fn(), subscribed: vi.fn(), refused: vi.fn(), broadcast: vi.fn(), gap: vi.fn(), headers: () => ({ 'X-A': '1' }),
    };
    link = new Link(
        {
            key: 'key',
            config: { endpoint: 'http://x/', withCredentials: false, memberKey: 'id' },
            openShared: (onFailure) => {
                failed.push(onFailure);
                return canShare ? open(shared) : null;
            },
            openLocal: () => open(local),
        },
        handler,
    );
    return handler;
}

const types = (end: End | undefined) => end?.heard.map(({ type }) => type);
const joined = (end: End | undefined) => end?.heard.filter((message) => message.type === 'join').map(({ channels }) => channels);
const welcome = (end: End | undefined) => end?.port.send({ type: 'welcome', version });

test('greets, and asks for what is wanted in one message a tick', async () => {
    const handler = start();
    link.join('a');
    link.join('b');
    link.leave('a');
    await settle();
    welcome(shared[0]);
    await settle();
    link.join('c');
    link.join('d');
    link.leave('b');
    link.leave('d');
    await settle();
    expect(types(shared[0])).toEqual(['hello', 'join', 'leave', 'join']);
    expect(shared[0]?.heard.slice(1)).toEqual([
        { type: 'join', channels: ['b'] },
        { type: 'leave', channels: ['b', 'd'] },
        { type: 'join', channels: ['c'] },
    ]);
    shared[0]?.port.send({ type: 'headers', ask: 5, refresh: true });
    shared[0]?.port.send({ type: 'ping' });
    shared[0]?.port.send({ type: 'subscribed', channels: ['b', 'c'] });
    await settle();
    expect(shared[0]?.heard.slice(4)).toEqual([{ type: 'pong' }, { type: 'headers', ask: 5, headers: { 'X-A': '1' } }]);
    expect(handler.subscribed).toHaveBeenCalledWith(['c']);
    expect(link.isShared).toBe(true);
});

test.each([
    ['cannot be loaded', async () => failed[0]?.()],
    ['does not answer', () => vi.advanceTimersByTimeAsync(3_000)],
    ['is of another version', async () => shared[0]?.port.send({ type: 'welcome', version: version + 1 })],
])('does without a worker that %s', async (_name, happens) => {
    start();
    link.join('a');
    await settle();
    await happens();
    await settle();
    expect(link.isShared).toBe(false);
    expect(joined(local[0])).toEqual([['a']]);
    expect(types(shared[0])?.at(-1)).toBe('bye');
    welcome(shared[0]);
    failed[0]?.();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([shared.length, local.length]).toEqual([1, 1]);
});

test('does without where there is none', async () => {
    start(false);
    link.join('a');
    await settle();
    expect(joined(local[0])).toEqual([['a']]);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(local).toHaveLength(1);
});

test('a worker that says nothing any more is called anew, with the position', async () => {
    start();
    link.join('a');
    await settle();
    welcome(shared[0]);
    shared[0]?.port.send({ type: 'broadcast', broadcast: { channel: 'a', event: 'e', data: 1, socket: null }, id: '7' });
    for (let i = 0; i < 5; i++) {
        await vi.advanceTimersByTimeAsync(20_000);
        shared[0]?.port.send({ type: 'ping' });
    }
    expect(shared).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(shared[1]?.heard[0]).toMatchObject({ type: 'hello', since: { id: '7', channels: ['a'] } });
    expect(joined(shared[1])).toEqual([['a']]);
});

test('a tab that was taken for gone comes back', async () => {
    start();
    link.join('a');
    await settle();
    welcome(shared[0]);
    shared[0]?.port.send({ type: 'position', id: '9' });
    shared[0]?.port.send({ type: 'evicted' });
    await settle();
    expect(shared[1]?.heard[0]).toMatchObject({ type: 'hello', since: { id: '9', channels: ['a'] } });
});

test('says goodbye', async () => {
    start();
    await settle();
    link.close();
    await settle();
    expect(types(shared[0])).toEqual(['hello', 'bye']);
});
