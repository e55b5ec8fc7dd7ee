import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SseClient, type SseClientOptions, type SseError, type SseGap, type UrlSource } from '../src/client.js';
import { sleep, TestServer, until } from './server.js';

let server: TestServer;
let clients: SseClient[];

beforeEach(async () => {
    clients = [];
    server = await TestServer.start((exchange) => exchange.stream());
});
afterEach(async () => {
    clients.forEach((client) => client.close());
    await server.stop();
});

interface Record {
    client: SseClient;
    events: string[];
    states: string[];
    errors: SseError[];
    gaps: SseGap[];
    closedWith: SseError | null;
}

function open(options: SseClientOptions = {}, url: UrlSource = `${server.url}/stream`): Record {
    const client = new SseClient(url, { retry: 10, maxRetry: 50, livedAfter: 0, ...options });
    clients.push(client);
    const record: Record = { client, events: [], states: [], errors: [], gaps: [], closedWith: null };
    client.onAny((event) => record.events.push(`${event.type} ${event.data}`));
    client.onError((error) => record.errors.push(error));
    client.onGap((gap) => record.gaps.push(gap));
    client.onState((state, error) => {
        record.states.push(state);
        record.closedWith = error ?? record.closedWith;
    });
    return record;
}

const idOf = (index: number) => server.exchanges[index]?.request.headers['last-event-id'];

describe('events', () => {
    test('reach those who listen for their name', async () => {
        server.handler = (exchange) => exchange.stream('data: 1\n\nevent: order\ndata: {"a":[1]}\nid: 5\n\n');
        const { client } = open();
        const messages: string[] = [];
        const orders: unknown[] = [];
        client.onMessage((event) => messages.push(event.data));
        const off = client.on('order', (event) => orders.push(event.json(), event.lastEventId));
        client.on('order', () => off());
        await until(() => orders.length, 'the order');
        expect(messages).toEqual(['1']);
        expect(orders).toEqual([{ a: [1] }, '5']);
        server.last.write('event: order\ndata: 2\n\ndata: end\n\n');
        await until(() => messages.length > 1, 'the second message');
        expect(orders).toHaveLength(2);
    });

    test('a character in two pieces is one', async () => {
        const { events } = open();
        await until(() => server.exchanges.length, 'the request');
        const bytes = new TextEncoder().encode('data: 😀\n\n');
        for (const byte of bytes) {
            server.last.write(new Uint8Array([byte]));
            await sleep(2);
        }
        await until(() => events.length, 'the event');
        expect(events).toEqual(['message 😀']);
    });

    test('an error of a listener does not keep others from hearing', async () => {
        const errors: unknown[] = [];
        vi.stubGlobal('reportError', (error: unknown) => errors.push(error));
        server.handler = (exchange) => exchange.stream('data: 1\n\ndata: 2\n\n');
        const { client } = open();
        const heard: string[] = [];
        client.onMessage(() => {
            throw new Error('of the page');
        });
        client.onMessage((event) => heard.push(event.data));
        await until(() => heard.length === 2, 'both events');
        expect(errors).toHaveLength(2);
        vi.unstubAllGlobals();
    });

    test('unique drops what came already, or what the page has from its rows', async () => {
        server.handler = (exchange) => exchange.stream([1, 2, 2, 3, 1].map((id) => `data: {"id":${id}}\n\n`).join('') + 'data: {}\n\n');
        const { client, events } = open({ unique: (event) => event.json<{ id?: number }>().id });
        client.seen(3);
        await until(() => events.includes('message {}'), 'the end');
        expect(events).toEqual(['message {"id":1}', 'message {"id":2}', 'message {}']);
    });
});

describe('reconnects', () => {
    test('with the position, also that of a lone id', async () => {
        server.handler = (exchange, count) => {
            exchange.stream(count === 1 ? 'id: 1\ndata: a\n\n' : count === 2 ? 'id: 2\n\nid: 3\ndata: cut off' : 'data: b\n\n');
            if (count < 3) {
                setTimeout(() => (count === 1 ? exchange.response.end() : exchange.cut()), 20);
            }
        };
        const { client, events, states, errors } = open();
        await until(() => events.length === 2, 'both events');
        expect([idOf(0), idOf(1), idOf(2)]).toEqual([undefined, '1', '2']);
        expect(client.lastEventId).toBe('2');
        expect(states.filter((state) => state === 'open')).toHaveLength(3);
        expect(errors.map((error) => error.code)).toEqual(['network']);
    });

    test('begins at lastEventId, which may go into the query', async () => {
        open({ lastEventId: '7', lastEventIdParam: 'lastEventId' }, `${server.url}/stream?a=1`);
        await until(() => server.exchanges.length, 'the request');
        expect(server.last.url.search).toBe('?a=1&lastEventId=7');
        expect(idOf(0)).toBeUndefined();
    });

    test('waits as long as retry says', async () => {
        server.handler = (exchange, count) => {
            exchange.stream('retry: 300\n\n');
            if (count === 1) {
                exchange.response.end();
            }
        };
        const began = performance.now();
        open();
        await until(() => server.exchanges.length === 2, 'the second request');
        expect(performance.now() - began).toBeGreaterThan(280);
    });

    test('backs off while it fails, and not longer than maxRetry', async () => {
        server.handler = (exchange) => exchange.response.writeHead(500).end();
        const { errors } = open({ retry: 100, maxRetry: 150 });
        await sleep(1_000);
        expect(server.exchanges.length).toBeGreaterThan(4);
        expect(server.exchanges.length).toBeLessThan(15);
        expect(errors[0]).toMatchObject({ code: 'status', status: 500, final: false });
    });

    test('an answer that is no event stream is tried again', async () => {
        server.handler = (exchange, count) =>
            count === 1 ? exchange.response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>') : exchange.stream();
        const { client, errors } = open();
        await until(() => client.state === 'open', 'the stream');
        expect(errors.map((error) => error.code)).toEqual(['content-type']);
    });

    test('a server that is away is tried again', async () => {
        const { url } = server;
        await server.stop();
        const { client, errors } = open({}, `${url}/stream`);
        await until(() => errors.length > 1, 'two failures');
        expect(client.state).toBe('connecting');
        server = await TestServer.start((exchange) => exchange.stream());
    });

    test('reconnect() makes a new connection, fromStart without the position', async () => {
        server.handler = (exchange) => exchange.stream('id: 1\ndata: a\n\n');
        const { client, events } = open();
        await until(() => events.length === 1, 'the first event');
        client.reconnect();
        await until(() => events.length === 2, 'the second event');
        client.reconnect({ fromStart: true });
        await until(() => events.length === 3, 'the third event');
        expect([idOf(0), idOf(1), idOf(2)]).toEqual([undefined, '1', undefined]);
    });

    test('wake() ends a wait', async () => {
        server.handler = (exchange, count) => (count === 1 ? exchange.response.writeHead(503).end() : exchange.stream());
        const { client, errors } = open({ retry: 60_000 });
        await until(() => errors.length, 'the failure');
        client.wake();
        await until(() => client.state === 'open', 'the stream');
    });

    test('a network that does not carry yet when it is announced is tried again soon', async () => {
        let attempts = 0;
        const { client, errors } = open({
            retry: 60_000,
            fetch: (...args) => {
                attempts += 1;
                return attempts <= 3 ? Promise.reject(new TypeError('no network')) : fetch(...args);
            },
        });
        await until(() => errors.length === 1, 'the failure before the wake');
        client.wake();
        await until(() => client.state === 'open', 'the stream');
        expect(errors.map(({ code }) => code)).toEqual(['network', 'network', 'network']);
    });
});

describe('ends for good', () => {
    test('with close(), and is not heard any more', async () => {
        server.handler = (exchange) => exchange.stream('data: 1\n\ndata: 2\n\n');
        const { client, events, states } = open();
        client.onMessage(() => client.close());
        await until(() => events.length, 'the event');
        await sleep(60);
        expect(events).toEqual(['message 1']);
        expect(states).toEqual(['connecting', 'open', 'closed']);
        expect(server.exchanges).toHaveLength(1);
    });

    test('with 204', async () => {
        server.handler = (exchange) => exchange.response.writeHead(204).end();
        const { client, errors } = open();
        await until(() => client.state === 'closed', 'the end');
        expect(errors).toEqual([]);
    });

    test.each([401, 403, 419])('with %i', async (status) => {
        server.handler = (exchange) => exchange.response.writeHead(status).end();
        const record = open();
        await until(() => record.client.state === 'closed', 'the end');
        expect(record.closedWith).toMatchObject({ code: 'refused', status, final: true });
        expect(server.exchanges).toHaveLength(1);
    });

    test('with a redirect to a login page; one to a stream is followed', async () => {
        server.handler = (exchange) => {
            if (exchange.url.pathname === '/login') {
                exchange.response.writeHead(200, { 'Content-Type': 'text/html' }).end('<form>');
            } else if (exchange.url.pathname === '/hub') {
                exchange.stream('data: 1\n\n');
            } else {
                exchange.response.writeHead(307, { Location: exchange.url.pathname === '/guest' ? '/login' : '/hub' }).end();
            }
        };
        const guest = open({}, `${server.url}/guest`);
        await until(() => guest.client.state === 'closed', 'the end');
        expect(guest.closedWith).toMatchObject({ code: 'redirected' });
        const { client, events } = open();
        await until(() => events.length === 1, 'the event');
        client.reconnect();
        await until(() => events.length === 2, 'the event');
        expect(server.exchanges.map((exchange) => exchange.url.pathname)).toEqual(['/guest', '/login', '/stream', '/hub', '/stream', '/hub']);
    });
});

describe('a fresh token', () => {
    test('is tried once', async () => {
        const asked: boolean[] = [];
        server.handler = (exchange) => exchange.response.writeHead(401).end();
        const { client } = open({
            headers: ({ refresh }) => {
                asked.push(refresh);
                return {};
            },
        });
        await until(() => client.state === 'closed', 'the end');
        expect(asked).toEqual([false, true]);
    });

    test('is used, and again after it expired', async () => {
        let token = 0;
        server.handler = (exchange, count) => {
            if (count % 2 === 1) {
                exchange.response.writeHead(419).end();
            } else {
                exchange.stream(`data: ${exchange.url.searchParams.get('token')}\n\n`);
                setTimeout(() => exchange.response.end(), 20);
            }
        };
        const { events } = open({}, async ({ refresh }) => {
            token += refresh ? 1 : 0;
            return `${server.url}/stream?token=${token}`;
        });
        await until(() => events.length === 2, 'two streams');
        expect(events).toEqual(['message 1', 'message 2']);
    });

    test('that cannot be had now is asked for again', async () => {
        let count = 0;
        const { client, errors } = open({}, () => {
            if (++count === 1) {
                throw new Error('offline');
            }
            return server.url;
        });
        await until(() => client.state === 'open', 'the stream');
        expect(errors.map((error) => error.code)).toEqual(['source']);
    });
});

describe('silence', () => {
    test('for too long is a reconnect', async () => {
        server.handler = (exchange) => exchange.stream('id: 4\n\n');
        const { errors } = open({ silence: 120 });
        await until(() => server.exchanges.length === 2, 'the second request');
        expect(errors[0]?.code).toBe('silence');
        expect(idOf(1)).toBe('4');
    });

    test('is ended by a comment', async () => {
        const { client } = open({ silence: 150 });
        await until(() => client.state === 'open', 'the stream');
        for (let i = 0; i < 8; i++) {
            await sleep(50);
            server.last.write(':\n\n');
        }
        expect(server.exchanges).toHaveLength(1);
    });

    test('of a server that never answers is a failure', async () => {
        server.handler = () => undefined;
        const { errors } = open({ connectTimeout: 80 });
        await until(() => server.exchanges.length === 2, 'the second request');
        expect(errors[0]?.code).toBe('network');
    });
});

describe('a gap', () => {
    const gap = (reason: string) => `event: gap\ndata: {"source":"orders","reason":"${reason}"}\n\n`;

    test('restarts without an id, and not in a loop', async () => {
        server.handler = (exchange) => exchange.stream(`id: 3\ndata: rows\n\n${gap('trimmed')}data: after\n\n`);
        const { gaps, events } = open({ lastEventId: '1' });
        await until(() => events.includes('message after'), 'the second stream');
        await sleep(50);
        expect([idOf(0), idOf(1)]).toEqual(['1', undefined]);
        expect(server.exchanges).toHaveLength(2);
        expect(gaps).toEqual([
            { source: 'orders', reason: 'trimmed' },
            { source: 'orders', reason: 'trimmed' },
        ]);
    });

    test.each(['disconnected', 'overflow'])('of a channel (%s) is only told', async (reason) => {
        server.handler = (exchange) => exchange.stream(`${gap(reason)}data: after\n\n`);
        const { gaps, events } = open();
        await until(() => events.includes('message after'), 'the event');
        expect(gaps).toEqual([{ source: 'orders', reason }]);
        expect(server.exchanges).toHaveLength(1);
    });

    test('is what onGap says', async () => {
        server.handler = (exchange) => exchange.stream(`id: 1\n\n${gap('reset')}data: after\n\n`);
        const ignored = open({ onGap: 'continue' });
        await until(() => ignored.events.includes('message after'), 'the event');
        const handled = open({ onGap: () => undefined });
        await until(() => handled.events.includes('message after'), 'the event');
        expect(server.exchanges).toHaveLength(2);
        open({ onGap: () => 'restart' });
        await until(() => server.exchanges.length === 4, 'the restart');
    });
});
