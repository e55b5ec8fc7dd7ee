// A server that speaks the contract of the Echo endpoint over HTTP/1.1, all in memory: the stream, joining and leaving,
// a log to resume from, presence.
import { once } from 'node:events';
import { createServer } from 'node:http';

export class EchoServer {
    /** Every request to the endpoint: { method, url, headers, body, status }. */
    requests = [];
    /** Open streams by their id: { id, response, channels, user }. */
    streams = new Map();
    /** @type {(channel: string, user: string) => number} 0, or the status with which a channel is refused. */
    authorize = () => 0;
    /** @type {(request: any) => any} Answers a request in the endpoint's place: { status, headers, body }. */
    intercept = () => null;
    /** @type {(path: string) => { type: string, body: string | Buffer } | null} Whatever else is asked for. */
    page = () => null;
    /** What a join comes to: 'joined'; 'reconnect', as of a stream that cannot change; 'silent', as of a hub that is away. */
    joins = 'joined';
    /** Milliseconds for which who left is still present. */
    grace = 0;
    retry = 20;
    #log = [];
    #clock = 0;
    #names = 0;
    #sockets = new Set();
    #server = createServer((request, response) => void this.#serve(request, response));

    static async start() {
        const server = new EchoServer();
        server.#server.on('connection', (socket) => {
            server.#sockets.add(socket);
            socket.on('close', () => server.#sockets.delete(socket));
        });
        server.#server.listen(0, '127.0.0.1');
        await once(server.#server, 'listening');
        return server;
    }

    /** @returns {string} */
    get url() {
        return `http://127.0.0.1:${this.#server.address().port}`;
    }

    /** @returns {string[]} The channels of all open streams. */
    get channels() {
        return [...this.streams.values()].flatMap((stream) => [...stream.channels]).sort();
    }

    async stop() {
        this.#server.close();
        this.#sockets.forEach((socket) => socket.destroy());
        await once(this.#server, 'close');
    }

    /** Ends all streams, as a server does that is restarted; `cut` breaks them instead. */
    drop({ cut = false } = {}) {
        for (const { response } of this.streams.values()) {
            cut ? response.destroy() : response.end();
        }
    }

    /** @param {string} channel @param {string} event @param {unknown} data @param {string | null} [socket] */
    broadcast(channel, event, data, socket = null) {
        this.#clock += 1;
        const entry = { id: `${this.#clock}-0`, channel, frame: frame('broadcast', { channel, event, data, socket }) };
        this.#log.push(entry);
        for (const stream of this.streams.values()) {
            if (stream.channels.has(channel)) {
                stream.response.write(`id: ${entry.id}\n${entry.frame}`);
            }
        }
    }

    /** @param {string} event @param {unknown} data */
    send(event, data) {
        this.streams.forEach(({ response }) => response.write(frame(event, data)));
    }

    /** @param {string} channel */
    members(channel) {
        const users = [...this.streams.values()].filter(({ channels }) => channels.has(channel)).map(({ user }) => user);
        return [...new Set(users)].map((id) => ({ id }));
    }

    async #serve(request, response) {
        const url = new URL(request.url, this.url);
        if (url.pathname !== '/broadcasting/sse') {
            const page = this.page(url.pathname);
            response.writeHead(page ? 200 : 404, { 'Content-Type': page?.type ?? 'text/plain' }).end(page?.body ?? 'not found');
            return;
        }
        let body = '';
        for await (const piece of request) {
            body += piece;
        }
        const seen = { method: request.method, url, headers: request.headers, body: body && JSON.parse(body), status: 200 };
        this.requests.push(seen);
        const other = this.intercept(seen);
        if (other) {
            seen.status = other.status;
            response.writeHead(other.status, other.headers).end(other.body);
        } else if (request.method === 'GET') {
            this.#open(seen, response);
        } else {
            this.#change(seen, response);
        }
    }

    #open({ url, headers }, response) {
        if (response.destroyed) {
            return; // given up before it was read: its end has been told already
        }
        const stream = { id: `stream${++this.#names}`, response, channels: new Set(), user: userOf(headers) };
        const refused = this.#admit(stream, url.searchParams.getAll('channels[]'));
        const since = headers['last-event-id'] ?? url.searchParams.get('lastEventId');
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
        response.write(`retry: ${this.retry}\n\n${frame('sse:connected', { stream: stream.id, channels: [...stream.channels], refused })}`);
        for (const entry of this.#log) {
            if (since !== null && parseInt(entry.id) > parseInt(since) && stream.channels.has(entry.channel)) {
                response.write(`id: ${entry.id}\n${entry.frame}`);
            }
        }
        response.write(`id: ${this.#clock}-0\n\n`);
        this.#enter(stream, stream.channels);
        this.streams.set(stream.id, stream);
        response.on('close', () => {
            const { channels } = stream;
            stream.closed = true;
            setTimeout(() => {
                this.streams.delete(stream.id);
                this.#exit(stream, channels);
            }, this.grace);
        });
    }

    #change({ body }, response) {
        const stream = this.streams.get(body.stream);
        const reconnect = this.joins === 'reconnect' || stream === undefined;
        const before = new Set(stream?.channels);
        const refused = reconnect ? {} : this.#admit(stream, body.join);
        const joined = body.join.filter((channel) => !(channel in refused));
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ joined, refused: Object.keys(refused).length ? refused : [], reconnect }));
        if (reconnect) {
            return;
        }
        body.leave.forEach((channel) => stream.channels.delete(channel));
        this.#exit(stream, body.leave);
        if (this.joins === 'silent') {
            stream.channels = before;
        } else if (joined.length > 0) {
            // The hub knows topics; that of a public channel has a prefix.
            const topics = joined.map((channel) => (/^(private|presence)-/.test(channel) ? channel : `public-${channel}`));
            stream.response.write(frame('sse:joined', { channels: topics }));
            this.#enter(stream, joined);
        }
    }

    #admit(stream, channels) {
        const refused = {};
        for (const channel of channels) {
            const status = this.authorize(channel, stream.user);
            status ? (refused[channel] = status) : stream.channels.add(channel);
        }
        return refused;
    }

    #enter(stream, channels) {
        for (const channel of [...channels].filter((name) => name.startsWith('presence-'))) {
            if (this.#isAlone(stream, channel)) {
                this.broadcast(channel, 'presence:joining', { id: stream.user });
            }
            const data = [...this.members(channel).filter(({ id }) => id !== stream.user), { id: stream.user }];
            stream.response.write(frame('broadcast', { channel, event: 'presence:subscribed', data }));
        }
    }

    /** No other stream of its user is in that channel. */
    #isAlone(stream, channel) {
        return ![...this.streams.values()].some((one) => one !== stream && one.user === stream.user && one.channels.has(channel));
    }

    #exit(stream, channels) {
        for (const channel of [...channels].filter((name) => name.startsWith('presence-'))) {
            if (this.#isAlone(stream, channel)) {
                this.broadcast(channel, 'presence:leaving', { id: stream.user });
            }
        }
    }
}

const frame = (event, data) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

function userOf(headers) {
    return /^Bearer (\w+)/.exec(headers.authorization ?? '')?.[1] ?? /\buser=(\w+)/.exec(headers.cookie ?? '')?.[1] ?? 'guest';
}
