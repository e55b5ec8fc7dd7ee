import { SseClient, type SseError, type SseEvent, type SseGap, type SseState } from './client.js';
import { readObject } from './event.js';
import type { Broadcast, StreamConfig, StreamFailure, StreamState } from './messages.js';
import { postChange, readNames, readRefused } from './post.js';

/** Whom a session works for. */
export interface SessionHost {
    /** The headers of the page: of all requests, but those against forgery, which a GET does not need. */
    headers(refresh: boolean): Promise<Record<string, string>>;
    state(state: StreamState, failure: StreamFailure | null): void;
    /** These channels are live: again with every new stream. */
    live(channels: string[]): void;
    refused(channels: Record<string, number>): void;
    broadcast(broadcast: Broadcast, id: string): void;
    position(id: string): void;
    gap(gap: SseGap): void;
}

/** With these a redirect of the stream to another origin would need that origin's consent first. */
const ofPosts = ['x-csrf-token', 'x-xsrf-token', 'x-requested-with', 'x-socket-id', 'content-type'];

/**
 * One stream of Laravel's endpoint, and the channels on it. What is wanted and what the stream has are kept apart; sync()
 * makes the second like the first, with one request for all that was asked for in one tick.
 */
export class Session {
    readonly #config: StreamConfig;
    readonly #host: SessionHost;
    readonly #fetch: typeof fetch;
    readonly #wanted = new Set<string>();
    /** What the server has for this stream; some of it may not be live yet. */
    #onStream = new Set<string>();
    readonly #live = new Set<string>();
    #client: SseClient | null = null;
    /** The server's name for the stream, once it has said so. */
    #stream: string | null = null;
    #state: StreamState = 'idle';
    #lastEventId = '';
    #syncing: ReturnType<typeof setTimeout> | undefined;
    #posting = false;
    /** The server said no for good; only somebody who joins changes that. */
    #givenUp = false;

    constructor(config: StreamConfig, host: SessionHost, fetcher: typeof fetch = globalThis.fetch.bind(globalThis)) {
        this.#config = config;
        this.#host = host;
        this.#fetch = fetcher;
    }

    get state(): StreamState {
        return this.#state;
    }

    get lastEventId(): string {
        return this.#lastEventId;
    }

    /** Where the first stream begins. */
    resumeFrom(id: string): void {
        this.#lastEventId = id;
    }

    isLive(channel: string): boolean {
        return this.#live.has(channel);
    }

    join(channels: Iterable<string>): void {
        for (const channel of channels) {
            this.#wanted.add(channel);
        }
        this.#givenUp = false;
        this.#schedule();
    }

    leave(channels: Iterable<string>): void {
        for (const channel of channels) {
            this.#wanted.delete(channel);
            this.#live.delete(channel);
        }
        this.#schedule();
    }

    wake(): void {
        this.#client?.wake();
    }

    close(): void {
        clearTimeout(this.#syncing);
        this.#wanted.clear();
        this.#end('idle');
    }

    #schedule(): void {
        this.#syncing ??= setTimeout(() => {
            this.#syncing = undefined;
            this.#sync();
        });
    }

    #sync(): void {
        if (this.#wanted.size === 0) {
            this.#end('idle');
        } else if (this.#client === null) {
            if (!this.#givenUp) {
                this.#open();
            }
        } else if (this.#stream !== null && !this.#posting) {
            const join = [...this.#wanted].filter((channel) => !this.#onStream.has(channel));
            const leave = [...this.#onStream].filter((channel) => !this.#wanted.has(channel));
            if (join.length + leave.length > 0) {
                void this.#change(this.#stream, join, leave);
            }
        }
    }

    #open(): void {
        const { silence, retry, maxRetry, withCredentials } = this.#config;
        this.#setState('connecting');
        const client = new SseClient(() => this.#url(), {
            headers: async ({ refresh }) => forGet(await this.#host.headers(refresh)),
            lastEventId: this.#lastEventId,
            lastEventIdParam: 'lastEventId',
            // A channel's page knows what to do; here there are no initial rows to begin from.
            onGap: 'continue',
            fetch: this.#fetch,
            withCredentials,
            silence,
            retry,
            maxRetry,
        });
        this.#client = client;
        client.onState((state, error) => {
            if (client === this.#client) {
                this.#onState(state, error);
            }
        });
        client.onId((id) => {
            this.#lastEventId = id;
            this.#host.position(id);
        });
        client.onGap((gap) => this.#host.gap({ ...gap, source: this.#channelOf(gap.source) }));
        client.on('sse:connected', (event) => this.#connected(event));
        client.on('sse:joined', (event) =>
            this.#joined(readNames(readObject(event.data)?.channels).map((topic) => this.#channelOf(topic))),
        );
        client.on('broadcast', (event) => this.#broadcast(event));
    }

    /** The whole list: of a new connection the server knows nothing. */
    #url(): string {
        this.#onStream = new Set(this.#wanted);
        const url = new URL(this.#config.endpoint);
        for (const channel of this.#wanted) {
            url.searchParams.append('channels[]', channel);
        }
        return url.href;
    }

    #onState(state: SseState, error: SseError | null): void {
        this.#stream = null;
        this.#live.clear();
        if (state === 'closed') {
            this.#failed(error);
        } else if (this.#state === 'connected') {
            this.#setState('reconnecting');
        }
    }

    /** Closed by the server's word. What is wanted stays, for whoever joins the next time. */
    #failed(error: SseError | null): void {
        this.#client = null;
        this.#givenUp = true;
        if (error === null) {
            this.#setState('idle');
            return;
        }
        // A login page comes with 200.
        const status = error.code === 'redirected' ? 401 : (error.status ?? 403);
        this.#setState('failed', { message: error.message, status });
        this.#host.refused(Object.fromEntries([...this.#wanted].map((channel) => [channel, status])));
    }

    #end(state: StreamState): void {
        const client = this.#client;
        if (client !== null) {
            // Whoever joins after this begins from then, as on a stream that is open.
            this.#lastEventId = '';
        }
        this.#client = null;
        this.#stream = null;
        this.#live.clear();
        client?.close();
        this.#setState(state);
    }

    #setState(state: StreamState, failure: StreamFailure | null = null): void {
        if (state !== this.#state) {
            this.#state = state;
            this.#host.state(state, failure);
        }
    }

    #connected(event: SseEvent): void {
        const hello = readObject(event.data);
        if (hello === null || typeof hello.stream !== 'string') {
            return;
        }
        this.#stream = hello.stream;
        this.#setState('connected');
        this.#refused(readRefused(hello.refused));
        this.#joined(readNames(hello.channels));
        this.#schedule();
    }

    /** Topics have the names of their channels, but for public ones: `public-news` is that of `news`. */
    #channelOf(topic: string): string {
        const channel = topic.startsWith('public-') ? topic.slice('public-'.length) : topic;
        return this.#wanted.has(channel) ? channel : topic;
    }

    #joined(channels: string[]): void {
        const fresh = channels.filter((channel) => this.#wanted.has(channel) && !this.#live.has(channel));
        fresh.forEach((channel) => this.#live.add(channel));
        if (fresh.length > 0) {
            this.#host.live(fresh);
        }
    }

    /** Not asked for again until somebody joins. */
    #refused(channels: Record<string, number>): void {
        for (const channel of Object.keys(channels)) {
            this.#wanted.delete(channel);
            this.#onStream.delete(channel);
        }
        if (Object.keys(channels).length > 0) {
            this.#host.refused(channels);
        }
    }

    #broadcast(event: SseEvent): void {
        const message = readObject(event.data);
        if (message === null || typeof message.channel !== 'string' || typeof message.event !== 'string') {
            return;
        }
        const { channel, event: name, data = null, socket } = message;
        this.#host.broadcast({ channel, event: name, data, socket: typeof socket === 'string' ? socket : null }, event.lastEventId);
    }

    async #change(stream: string, join: string[], leave: string[]): Promise<void> {
        this.#posting = true;
        const { endpoint, withCredentials } = this.#config;
        const answer = await postChange(
            { stream, join, leave },
            { endpoint, withCredentials, fetch: this.#fetch, headers: (refresh) => this.#host.headers(refresh), timeout: 10_000 },
        );
        this.#posting = false;
        if (stream === this.#stream) {
            leave.forEach((channel) => this.#onStream.delete(channel));
            join.forEach((channel) => this.#onStream.add(channel));
            if (answer.kind === 'refused') {
                this.#refused(Object.fromEntries(join.map((channel) => [channel, answer.status])));
            } else {
                this.#refused(answer.refused);
                this.#expect(answer.kind === 'reopen', join, leave);
            }
        }
        this.#schedule();
    }

    #expect(reopen: boolean, join: string[], leave: string[]): void {
        const stream = this.#stream;
        const isMissing = () =>
            stream === this.#stream && join.some((channel) => this.#wanted.has(channel) && !this.#live.has(channel));
        if (!reopen) {
            setTimeout(() => {
                if (isMissing()) {
                    this.#client?.reconnect();
                }
            }, this.#config.joinTimeout ?? 3_000);
        } else if (isMissing() || leave.some((channel) => channel.startsWith('presence-'))) {
            // A left channel costs no more than what is sent in vain; but who is present must be known as gone.
            this.#client?.reconnect();
        }
    }
}

function forGet(headers: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofPosts.includes(name.toLowerCase())));
}
