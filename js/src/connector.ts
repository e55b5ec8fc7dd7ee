import { SseChannel, SsePrivateChannel } from './channel.js';
import { resolveOptions, type ResolvedOptions, shareKey, type SseConnectorOptions, staticHeaders } from './connector_options.js';
import { Link } from './link.js';
import { Listeners, type Unsubscribe } from './listeners.js';
import type { StreamConfig, StreamFailure, StreamState } from './messages.js';
import { resolveSource } from './options.js';
import { SsePresenceChannel } from './presence_channel.js';
import { openLocal, openShared } from './shared.js';

/** As Echo has it. */
export type ConnectionStatus = 'connected' | 'disconnected' | 'connecting' | 'reconnecting' | 'failed';

/** Connects Laravel Echo 2 to the endpoint of the `sse` package: `new Echo({ broadcaster: SseConnector })`. */
export class SseConnector {
    readonly options: ResolvedOptions;
    /** All channels that the page has, by the name that the server knows. */
    readonly channels: Record<string, SseChannel> = {};
    readonly #socketId = randomSocketId();
    readonly #statuses = new Listeners<[ConnectionStatus]>();
    #status: ConnectionStatus = 'disconnected';
    #failure: StreamFailure | null = null;
    #link: Link | null = null;

    constructor(options: SseConnectorOptions = {}) {
        this.options = resolveOptions(options);
        this.connect();
    }

    /** Again, after disconnect(): with the channels of before. The stream itself is opened with the first channel. */
    connect(): void {
        if (this.#link !== null) {
            return;
        }
        const { options } = this;
        const endpoint = new URL(options.endpoint, typeof document === 'undefined' ? undefined : document.baseURI).href;
        const isShared = (options.shared ?? true) && options.fetch === undefined;
        const link = new Link(
            {
                key: shareKey(endpoint, options),
                config: this.#config(endpoint),
                openShared: (failed) => (isShared ? openShared(options.worker, failed) : null),
                openLocal: () => openLocal({ fetch: options.fetch }),
                resume: options.resume,
            },
            {
                state: (state, failure) => this.#onState(state, failure),
                subscribed: (channels) => channels.forEach((name) => this.channels[name]?.becomeSubscribed()),
                refused: (channels) => Object.entries(channels).forEach(([name, status]) => this.channels[name]?.becomeRefused(status)),
                broadcast: (broadcast) => {
                    // toOthers(): the tab that caused it knows.
                    if (broadcast.socket !== this.#socketId) {
                        this.channels[broadcast.channel]?.hear(broadcast);
                    }
                },
                gap: (gap) => {
                    const channels = gap.source === '' ? Object.values(this.channels) : [this.channels[gap.source]];
                    channels.forEach((channel) => channel?.becomeIncomplete(gap));
                },
                headers: async (refresh) => ({
                    ...staticHeaders(options),
                    ...(await resolveSource(options.headers ?? {}, refresh)),
                }),
            },
        );
        this.#link = link;
        Object.keys(this.channels).forEach((name) => link.join(name));
    }

    #config(endpoint: string): StreamConfig {
        const { withCredentials = false, silence, retry, maxRetry, joinTimeout, memberKey = 'id' } = this.options;
        return { endpoint, withCredentials, silence, retry, maxRetry, joinTimeout, memberKey };
    }

    listen<T = unknown>(name: string, event: string, callback: (data: T) => void): SseChannel {
        return this.channel(name).listen(event, callback);
    }

    channel(name: string): SseChannel {
        return this.#channel(name);
    }

    privateChannel(name: string): SsePrivateChannel {
        return this.#channel(`private-${name}`) as SsePrivateChannel;
    }

    presenceChannel(name: string): SsePresenceChannel {
        return this.#channel(`presence-${name}`) as SsePresenceChannel;
    }

    encryptedPrivateChannel(_name: string): never {
        throw new Error('There are no encrypted channels over SSE: the stream is encrypted by TLS, and is read by your own server only.');
    }

    /** The channel, and the private and the presence one of that name. */
    leave(name: string): void {
        for (const prefix of ['', 'private-', 'presence-']) {
            this.leaveChannel(prefix + name);
        }
    }

    leaveChannel(name: string): void {
        this.channels[name]?.unsubscribe();
        delete this.channels[name];
    }

    /** Of this tab, as long as the page lives: what X-Socket-ID says, so that toOthers() leaves it out. */
    socketId(): string {
        return this.#socketId;
    }

    /** `disconnected` is also a page without a channel: it needs no stream. */
    connectionStatus(): ConnectionStatus {
        return this.#status;
    }

    onConnectionChange(callback: (status: ConnectionStatus) => void): Unsubscribe {
        return this.#statuses.add(callback);
    }

    /** Why the status is `failed`. */
    get failure(): StreamFailure | null {
        return this.#failure;
    }

    /** Whether this tab is on the stream of all tabs. */
    get isShared(): boolean {
        return this.#link?.isShared ?? false;
    }

    disconnect(): void {
        this.#link?.close();
        this.#link = null;
        this.#onState('idle', null);
    }

    /** The name decides what it is, as it does on the server. */
    #channel(name: string): SseChannel {
        const type = name.startsWith('presence-') ? SsePresenceChannel : name.startsWith('private-') ? SsePrivateChannel : SseChannel;
        return (this.channels[name] ??= new type(
            {
                join: (joined) => this.#link?.join(joined),
                leave: (left) => this.#link?.leave(left),
                namespace: this.options.namespace,
                memberKey: this.options.memberKey ?? 'id',
            },
            name,
        ));
    }

    #onState(state: StreamState, failure: StreamFailure | null): void {
        const status = state === 'idle' ? 'disconnected' : state;
        this.#failure = failure;
        if (status !== 'connected') {
            Object.values(this.channels).forEach((channel) => channel.becomeLost());
        }
        if (status !== this.#status) {
            this.#status = status;
            this.#statuses.call(status);
        }
    }
}

/** Two numbers, as Laravel and Pusher have it. */
function randomSocketId(): string {
    const part = () => Math.floor(Math.random() * 2 ** 32);
    return `${part()}.${part()}`;
}
