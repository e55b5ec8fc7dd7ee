import Echo from 'laravel-echo';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EchoServer } from '../../tests/browser/echo_server.mjs';
import { SseConnector, type SseConnectorOptions, SsePresenceChannel, SsePrivateChannel } from '../src/index.js';
import { sleep, until } from './server.js';

let server: EchoServer;
let echoes: Echo<'function'>[];

beforeEach(async () => {
    echoes = [];
    server = await EchoServer.start();
});
afterEach(async () => {
    echoes.forEach((echo) => echo.disconnect());
    await server.stop();
});

function connect(options: SseConnectorOptions = {}) {
    const echo = new Echo<'function'>({
        broadcaster: SseConnector,
        endpoint: `${server.url}/broadcasting/sse`,
        bearerToken: 'ani',
        retry: 20,
        ...options,
    });
    echoes.push(echo);
    const connector = echo.connector as SseConnector;
    const live = (...names: string[]) =>
        until(() => names.every((name) => subscribed.includes(name)), `${names.join()} to be live`);
    const subscribed: string[] = [];
    const join = (...names: string[]) => {
        names.forEach((name) => connector.channel(name).subscribed(() => subscribed.push(name)));
        return live(...names);
    };
    return { echo, connector, join, live, subscribed };
}

const gets = () => server.requests.filter(({ method }) => method === 'GET');

describe('events', () => {
    test('have names in the namespace, or after a dot as they are', async () => {
        const { echo, join } = connect();
        const heard: unknown[] = [];
        const hear = (name: string) => (data: unknown) => heard.push([name, data]);
        echo.channel('orders').listen('OrderShipped', hear('class')).listen('.order.shipped', hear('as')).listen('\\Other\\E', hear('other'));
        echo.private('user.1').notification(hear('notification'));
        echo.listen('orders', 'Deep.Event', hear('deep'));
        await join('orders', 'private-user.1');
        server.broadcast('orders', 'App\\Events\\OrderShipped', { id: 1 });
        server.broadcast('orders', 'order.shipped', 2);
        server.broadcast('orders', 'Other\\E', 3);
        server.broadcast('orders', 'App\\Events\\Deep\\Event', 4);
        server.broadcast('private-user.1', 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated', { id: 'n' });
        await until(() => heard.length === 5, 'the events');
        expect(heard).toEqual([
            ['class', { id: 1 }],
            ['as', 2],
            ['other', 3],
            ['deep', 4],
            ['notification', { id: 'n' }],
        ]);
    });

    test('stop, one callback or all; listenToAll names them as listen does', async () => {
        const { echo, join } = connect();
        const [one, two, end] = [vi.fn(), vi.fn(), vi.fn()];
        const all: unknown[] = [];
        const channel = echo.channel('orders').listen('E', one).listen('E', two).listen('F', one).listen('.end', end);
        channel.listenToAll((event: string, data: unknown) => all.push([event, data]));
        channel.stopListening('E', one).stopListening('F');
        await join('orders');
        server.broadcast('orders', 'App\\Events\\E', 1);
        server.broadcast('orders', 'App\\Events\\F', 2);
        server.broadcast('orders', 'end', 3);
        await until(() => end.mock.calls.length, 'the end');
        expect(one).not.toHaveBeenCalled();
        expect(two.mock.calls).toEqual([[1]]);
        expect(all).toEqual([
            ['E', 1],
            ['F', 2],
            ['.end', 3],
        ]);
    });

    test('without a namespace are as they are', async () => {
        const { echo, join } = connect({ namespace: false });
        const heard: unknown[] = [];
        echo.channel('orders').listen('E', (data: unknown) => heard.push(data));
        echo.channel('orders').listenToAll((event: string) => heard.push(event));
        await join('orders');
        server.broadcast('orders', 'E', 1);
        await until(() => heard.length === 2, 'the event');
        expect(heard).toEqual([1, '.E']);
    });

    test('that this tab caused are for others', async () => {
        const [a, b] = [connect(), connect()];
        expect(a.echo.socketId()).toMatch(/^\d+\.\d+$/);
        expect(a.echo.socketId()).not.toBe(b.echo.socketId());
        const heard: string[] = [];
        a.echo.channel('c').listen('.e', (data: unknown) => heard.push(`a ${String(data)}`));
        b.echo.channel('c').listen('.e', (data: unknown) => heard.push(`b ${String(data)}`));
        await a.join('c');
        await b.join('c');
        server.broadcast('c', 'e', 1, a.echo.socketId());
        server.broadcast('c', 'e', 2, null);
        await until(() => heard.length === 3, 'the events');
        expect(heard.sort()).toEqual(['a 2', 'b 1', 'b 2']);
    });
});

describe('channels', () => {
    test('joined in one tick go out in one request, later ones and left ones in another', async () => {
        const { echo, join, live, connector } = connect();
        echo.channel('a');
        echo.private('b');
        echo.join('c');
        await join('a', 'private-b', 'presence-c');
        expect(gets().map(({ url }) => url.searchParams.getAll('channels[]'))).toEqual([['a', 'private-b', 'presence-c']]);
        echo.leave('a');
        void join('d', 'e');
        connector.leaveChannel('private-b');
        await live('d', 'e');
        expect(server.requests.slice(1).map(({ body }) => body)).toEqual([
            { stream: 'stream1', join: ['d', 'e'], leave: ['a', 'private-b'] },
        ]);
        echo.leaveAllChannels();
        await until(() => server.streams.size === 0, 'the stream to end');
        expect(echo.connectionStatus()).toBe('disconnected');
    });

    test('are of their kind, and the same each time', () => {
        const { echo } = connect();
        expect(echo.private('a')).toBe(echo.private('a'));
        expect(echo.channel('private-a')).toBe(echo.private('a'));
        expect(echo.private('a')).toBeInstanceOf(SsePrivateChannel);
        expect(echo.join('a')).toBeInstanceOf(SsePresenceChannel);
        expect(Object.keys((echo.connector as SseConnector).channels).sort()).toEqual(['presence-a', 'private-a']);
        echo.leave('a');
        expect((echo.connector as SseConnector).channels).toEqual({});
    });

    test('left and joined again in one tick are heard', async () => {
        const { echo, join, subscribed } = connect();
        await join('a');
        echo.leave('a');
        await join('a');
        await until(() => subscribed.length === 2, 'the second subscription');
        const heard = vi.fn();
        echo.channel('a').listen('.e', heard);
        server.broadcast('a', 'e', 1);
        await until(() => heard.mock.calls.length, 'the event');
        expect(server.requests).toHaveLength(1);
    });

    test('that are refused call error, also who asks later', async () => {
        server.authorize = (channel, user) => (channel === 'private-x' && user === 'ani' ? 403 : 0);
        const { echo, join } = connect();
        const errors: unknown[] = [];
        echo.private('x').error((error: unknown) => errors.push(error));
        await join('a');
        echo.private('x').error((error: unknown) => errors.push(error));
        await until(() => errors.length === 2, 'the errors');
        expect(errors[0]).toEqual({ type: 'AuthError', status: 403, error: expect.stringContaining('private-x') as string });
        expect(errors[1]).toEqual(errors[0]);
        echo.private('y').subscribed(() => errors.push('live'));
        await until(() => errors.includes('live'), 'the other channel');
    });

    test('subscribed is called with every connection, and soon if it is live already', async () => {
        const { join, subscribed } = connect();
        await join('a');
        await join('a');
        expect(subscribed).toEqual(['a', 'a']);
        server.drop();
        await until(() => subscribed.length === 4, 'the new connection');
    });

    test('tell of lost events', async () => {
        const { echo, join } = connect();
        const gaps: unknown[] = [];
        (echo.connector as SseConnector).channel('a').gap((gap) => gaps.push(gap));
        await join('a');
        server.send('gap', { source: 'public-a', reason: 'trimmed' });
        await until(() => gaps.length, 'the gap');
        expect(gaps).toEqual([{ source: 'a', reason: 'trimmed' }]);
    });

    test('do not whisper, and are not encrypted', () => {
        const { echo } = connect();
        expect(() => echo.join('a').whisper('typing', {})).toThrow(/one-way.*HTTP/);
        expect(() => echo.private('a').listenForWhisper('typing', () => undefined)).toThrow(/one-way/);
        expect(() => echo.encryptedPrivate('a')).toThrow(/encrypted/);
        expect(() => (echo.connector as SseConnector).encryptedPrivateChannel('a')).toThrow(/TLS/);
        echo.private('a').stopListeningForWhisper('typing');
    });
});

describe('presence', () => {
    const follow = ({ echo }: ReturnType<typeof connect>) => {
        const seen: string[] = [];
        const ids = (list: { id: string }[]) => list.map(({ id }) => id).sort().join();
        const channel = (echo.connector as SseConnector)
            .presenceChannel('room')
            .here<{ id: string }>((members) => seen.push(`here ${ids(members)}`))
            .joining<{ id: string }>((member) => seen.push(`joining ${member.id}`))
            .leaving<{ id: string }>((member) => seen.push(`leaving ${member.id}`));
        return { seen, channel };
    };

    test('tells who is there, who comes and who goes', async () => {
        const [ani, budi] = [connect(), connect({ bearerToken: 'budi' })];
        const a = follow(ani);
        await until(() => a.seen.length, 'the list');
        const b = follow(budi);
        await until(() => b.seen.length && a.seen.length === 2, 'the joining');
        budi.echo.leave('room');
        await until(() => a.seen.length === 3, 'the leaving');
        expect(a.seen).toEqual(['here ani', 'joining budi', 'leaving budi']);
        expect(b.seen).toEqual(['here ani,budi']);
        expect(a.channel.members).toEqual([{ id: 'ani' }]);
    });

    test('tells what a reconnect has changed, and late callers of here', async () => {
        const ani = connect();
        const a = follow(ani);
        await until(() => a.seen.length, 'the list');
        server.send('broadcast', { channel: 'presence-room', event: 'presence:joining', data: { id: 'citra' } });
        server.send('broadcast', { channel: 'presence-room', event: 'presence:joining', data: { id: 'citra' } });
        server.send('broadcast', { channel: 'presence-room', event: 'presence:subscribed', data: [{ id: 'ani' }, { id: 'dewi' }] });
        await until(() => a.seen.length === 4, 'the difference');
        a.channel.here((members) => a.seen.push(`late ${members.length}`));
        await until(() => a.seen.length === 5, 'the late caller');
        expect(a.seen).toEqual(['here ani', 'joining citra', 'leaving citra', 'joining dewi', 'late 2']);
    });
});

describe('the connection', () => {
    test('has a status', async () => {
        const { echo, connector, join } = connect();
        const statuses: string[] = [];
        const off = connector.onConnectionChange((status) => statuses.push(status));
        expect(echo.connectionStatus()).toBe('disconnected');
        await join('a');
        server.drop();
        await until(() => statuses.length === 4, 'the reconnect');
        expect(echo.connectionStatus()).toBe('connected');
        server.intercept = () => ({ status: 403 });
        server.drop();
        await until(() => echo.connectionStatus() === 'failed', 'the failure');
        expect(connector.failure).toMatchObject({ status: 403 });
        off();
        echo.disconnect();
        expect(echo.connectionStatus()).toBe('disconnected');
        expect(statuses).toEqual(['connecting', 'connected', 'reconnecting', 'connected', 'reconnecting', 'failed']);
    });

    test('may be closed and made again, with the channels of before', async () => {
        const { echo, connector, join, subscribed } = connect();
        await join('a');
        echo.disconnect();
        await until(() => server.streams.size === 0, 'the stream to end');
        connector.connect();
        await until(() => subscribed.length === 2, 'the channel');
        await sleep(20);
        expect(server.streams.size).toBe(1);
    });

    test('has the headers of the options, as they are at the time', async () => {
        let token = 0;
        const { connector, join } = connect({
            csrfToken: 'csrf',
            auth: { headers: { 'X-Tenant': 'one' } },
            headers: ({ refresh }) => ({ 'X-Token': String((token += refresh ? 1 : 0)) }),
        });
        await join('a');
        connector.options.auth.headers['X-Tenant'] = 'two';
        server.intercept = ({ method, headers }: { method: string; headers: Record<string, string> }) =>
            method === 'POST' && headers['x-token'] === '0' ? { status: 419 } : null;
        await join('b');
        const [get, first, second] = server.requests.map(({ headers }) => headers as Record<string, string>);
        expect(get).toMatchObject({ authorization: 'Bearer ani', 'x-tenant': 'one', 'x-token': '0', accept: 'text/event-stream' });
        expect(get).not.toHaveProperty('x-csrf-token');
        expect(first).toMatchObject({ 'x-tenant': 'two', 'x-csrf-token': 'csrf', 'x-token': '0', 'content-type': 'application/json' });
        expect(second).toMatchObject({ 'x-token': '1' });
    });

    test('is followed to the hub, and the address that was given is used again', async () => {
        server.intercept = ({ url }: { url: URL }) =>
            url.searchParams.has('ticket') ? null : { status: 307, headers: { Location: `${url.pathname}${url.search}&ticket=${server.requests.length}` } };
        const { join, subscribed } = connect();
        await join('a');
        server.drop();
        await until(() => subscribed.length === 2, 'the reconnect');
        expect(gets().map(({ url }) => url.searchParams.get('ticket'))).toEqual([null, '1', null, '3']);
    });

    test('ends with a redirect to a login page', async () => {
        server.intercept = () => ({ status: 200, headers: { 'Content-Type': 'text/html' }, body: '<form>' });
        server.page = () => ({ type: 'text/html', body: '<form>' });
        const { echo } = connect();
        const errors: unknown[] = [];
        echo.private('a').error(({ status }: { status: number }) => errors.push(status));
        server.intercept = () => ({ status: 302, headers: { Location: '/login' } });
        await until(() => errors.length, 'the error');
        expect(errors).toEqual([401]);
        expect(echo.connectionStatus()).toBe('failed');
    });
});

test('Echo takes the connector with or without its type parameter', () => {
    const options = { broadcaster: SseConnector, shared: false, endpoint: server.url };
    const typed: SseConnector = new Echo<'function'>(options).connector;
    expect(typed.isShared).toBe(false);
    expect(new Echo(options).connector).toBeInstanceOf(SseConnector);
});
