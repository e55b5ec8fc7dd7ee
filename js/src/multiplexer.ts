import { Members } from './members.js';
import {
    type Broadcast, type MultiplexerPort, type StreamConfig, type StreamFailure, type ToMultiplexer, type ToTab, version,
} from './messages.js';
import { Replay } from './replay.js';
import { Session, type SessionHost } from './session.js';
import { Tab } from './tab.js';

export interface MultiplexerOptions {
    /** How long the channels of a tab that went without leaving them are kept: a reload comes back within that. 3,000. */
    linger?: number;
    /** Milliseconds between pings; a tab that is silent for three of them, and holds no lock, is gone. 20,000; 0: none. */
    ping?: number;
    /** Calls back when the tab that holds the lock is gone; what it returns ends the wait. null: there are no locks here. */
    watchLock?: ((lock: string, gone: () => void) => () => void) | null;
    /** Another fetch, for tests. */
    fetch?: typeof fetch;
    /** No tab is left. */
    onEmpty?: () => void;
}

/** Many tabs, one stream. It knows of ports and timers only, so that it lives in a SharedWorker, in a page, and in a test. */
export class Multiplexer {
    readonly #options: MultiplexerOptions;
    /** The newest last. */
    readonly #tabs = new Set<Tab>();
    readonly #members = new Map<string, Members>();
    readonly #lingering = new Map<string, ReturnType<typeof setTimeout>>();
    readonly #replay = new Replay();
    readonly #asks = new Map<number, (headers: Record<string, string>) => void>();
    #session: Session | null = null;
    #memberKey = 'id';
    #failure: StreamFailure | null = null;
    #headers: Record<string, string> = {};
    #asked = 0;
    #pinging: ReturnType<typeof setInterval> | undefined;
    #telling: ReturnType<typeof setTimeout> | undefined;

    constructor(options: MultiplexerOptions = {}) {
        this.#options = options;
    }

    get size(): number {
        return this.#tabs.size;
    }

    /** @param hello The first message of the port, if it was read already. */
    connect(port: MultiplexerPort, hello?: ToMultiplexer): void {
        const tab = new Tab(port);
        port.listen((message) => this.#hear(tab, message));
        if (hello !== undefined) {
            this.#hear(tab, hello);
        }
    }

    close(): void {
        this.#tabs.forEach((tab) => tab.close());
        this.#tabs.clear();
        this.#lingering.forEach((timer) => clearTimeout(timer));
        this.#lingering.clear();
        clearInterval(this.#pinging);
        clearTimeout(this.#telling);
        this.#session?.close();
    }

    #hear(tab: Tab, message: ToMultiplexer): void {
        tab.heard = Date.now();
        if (message.type === 'hello') {
            this.#welcome(tab, message);
        } else if (!this.#tabs.has(tab)) {
            tab.send({ type: 'evicted' });
        } else {
            this.#obey(tab, message);
        }
    }

    #obey(tab: Tab, message: Exclude<ToMultiplexer, { type: 'hello' }>): void {
        switch (message.type) {
            case 'join':
                return this.#join(tab, message.channels);
            case 'leave':
                return this.#leave(tab, message.channels);
            case 'headers':
                return this.#asks.get(message.ask)?.(message.headers);
            case 'wake':
                return this.#session?.wake();
            case 'bye':
                return this.#gone(tab);
            case 'pong':
        }
    }

    #welcome(tab: Tab, hello: ToMultiplexer & { type: 'hello' }): void {
        tab.send({ type: 'welcome', version });
        if (hello.version !== version) {
            return;
        }
        this.#tabs.add(tab);
        tab.hasLock = hello.lock !== null && this.#options.watchLock != null;
        if (hello.lock !== null) {
            tab.unwatch = this.#options.watchLock?.(hello.lock, () => this.#gone(tab)) ?? null;
        }
        const session = this.#ensureSession(hello.config);
        if (hello.since !== null && session.state === 'idle') {
            session.resumeFrom(hello.since.id);
            this.#replay.begin(hello.since.id);
        }
        tab.resume(hello.since);
        tab.send({ type: 'state', state: session.state, failure: this.#failure });
        this.#startPings();
    }

    #ensureSession(config: StreamConfig): Session {
        if (this.#session === null) {
            this.#memberKey = config.memberKey;
            this.#session = new Session(config, this.#host(), this.#options.fetch);
        }
        return this.#session;
    }

    #join(tab: Tab, channels: string[]): void {
        const live: string[] = [];
        for (const channel of channels) {
            const kept = this.#isHeld(channel);
            clearTimeout(this.#lingering.get(channel));
            this.#lingering.delete(channel);
            tab.channels.add(channel);
            if (this.#session?.isLive(channel)) {
                live.push(channel);
            }
            this.#catchUp(tab, channel, kept);
        }
        this.#session?.join(channels);
        if (live.length > 0) {
            tab.send({ type: 'subscribed', channels: live });
            live.forEach((channel) => this.#tellMembers(tab, channel));
        }
    }

    /** What a tab that was reloaded has missed: from memory where the channel was kept for it, or it is told of the gap. */
    #catchUp(tab: Tab, channel: string, kept: boolean): void {
        const since = tab.missed(channel);
        // A stream that has not begun yet begins there by itself.
        if (since === null || since === this.#session?.lastEventId || this.#session?.state === 'idle') {
            return;
        }
        const missed = kept ? this.#replay.since(since) : null;
        if (missed === null) {
            tab.send({ type: 'gap', gap: { source: channel, reason: 'unknown' } });
            return;
        }
        for (const broadcast of missed) {
            if (broadcast.channel === channel) {
                tab.send({ type: 'broadcast', broadcast, id: this.#session?.lastEventId ?? '' });
            }
        }
    }

    #tellMembers(tab: Tab, channel: string): void {
        const list = this.#members.get(channel)?.list;
        if (list != null) {
            const broadcast = { channel, event: 'presence:subscribed', data: list, socket: null };
            tab.send({ type: 'broadcast', broadcast, id: this.#session?.lastEventId ?? '' });
        }
    }

    #leave(tab: Tab, channels: string[]): void {
        const left = channels.filter((channel) => tab.channels.delete(channel) && !this.#isHeld(channel));
        this.#release(left);
    }

    /** It closed, was reloaded or crashed. */
    #gone(tab: Tab): void {
        if (!this.#tabs.delete(tab)) {
            return;
        }
        tab.close();
        for (const channel of tab.channels) {
            if (!this.#isHeld(channel)) {
                this.#linger(channel);
            }
        }
        if (this.#tabs.size === 0) {
            clearInterval(this.#pinging);
            this.#pinging = undefined;
            this.#becomeEmpty();
        }
    }

    #linger(channel: string): void {
        const { linger = 3_000 } = this.#options;
        const end = () => {
            this.#lingering.delete(channel);
            this.#release([channel]);
            this.#becomeEmpty();
        };
        if (linger === 0) {
            end();
        } else {
            this.#lingering.set(channel, setTimeout(end, linger));
        }
    }

    #release(channels: string[]): void {
        channels.forEach((channel) => this.#members.delete(channel));
        this.#session?.leave(channels);
    }

    #becomeEmpty(): void {
        if (this.#tabs.size === 0 && this.#lingering.size === 0) {
            this.#options.onEmpty?.();
        }
    }

    /** By a tab, or for one that may come back. */
    #isHeld(channel: string): boolean {
        return this.#lingering.has(channel) || [...this.#tabs].some((tab) => tab.channels.has(channel));
    }

    #host(): SessionHost {
        return {
            headers: (refresh) => this.#askHeaders(refresh),
            state: (state, failure) => {
                this.#failure = failure;
                this.#tell({ type: 'state', state, failure });
            },
            live: (channels) => {
                this.#tellAbout(channels, (mine) => ({ type: 'subscribed', channels: mine }));
            },
            refused: (channels) => {
                this.#tellAbout(Object.keys(channels), (mine) => ({
                    type: 'refused',
                    channels: Object.fromEntries(mine.map((channel) => [channel, channels[channel] ?? 403])),
                }));
            },
            broadcast: (broadcast, id) => this.#broadcast(broadcast, id),
            position: (id) => this.#position(id),
            gap: (gap) => {
                this.#tabs.forEach((tab) => {
                    if (gap.source === '' || tab.channels.has(gap.source)) {
                        tab.send({ type: 'gap', gap });
                    }
                });
            },
        };
    }

    #tell(message: ToTab): void {
        this.#tabs.forEach((tab) => tab.send(message));
    }

    #tellAbout(channels: string[], message: (mine: string[]) => ToTab): void {
        for (const tab of this.#tabs) {
            const mine = channels.filter((channel) => tab.channels.has(channel));
            if (mine.length > 0) {
                tab.send(message(mine));
            }
        }
    }

    #broadcast(broadcast: Broadcast, id: string): void {
        const { channel, event, data } = broadcast;
        if (event.startsWith('presence:')) {
            this.#remember(channel, event, data);
        }
        // The whole list is of its moment; a later one is told anew.
        if (event !== 'presence:subscribed') {
            this.#replay.add(id, broadcast);
        }
        for (const tab of this.#tabs) {
            if (tab.channels.has(channel)) {
                tab.send({ type: 'broadcast', broadcast, id });
            }
        }
    }

    #remember(channel: string, event: string, data: unknown): void {
        let members = this.#members.get(channel);
        if (members === undefined) {
            this.#members.set(channel, (members = new Members(this.#memberKey)));
        }
        if (event === 'presence:subscribed') {
            members.set(Array.isArray(data) ? data : []);
        } else if (event === 'presence:joining') {
            members.join(data);
        } else if (event === 'presence:leaving') {
            members.leave(data);
        }
    }

    /** Tabs of other channels need to know as well, but not at once. */
    #position(id: string): void {
        this.#replay.add(id, null);
        this.#telling ??= setTimeout(() => {
            this.#telling = undefined;
            this.#tell({ type: 'position', id: this.#session?.lastEventId ?? id });
        }, 500);
    }

    /** Of the newest tab: it was loaded last, so its tokens are the freshest. A page that is frozen does not answer. */
    #askHeaders(refresh: boolean): Promise<Record<string, string>> {
        const newest = [...this.#tabs].at(-1);
        if (newest === undefined) {
            return Promise.resolve(this.#headers);
        }
        const ask = (this.#asked += 1);
        return new Promise((resolve) => {
            const answer = (headers: Record<string, string>) => {
                clearTimeout(timer);
                this.#asks.delete(ask);
                this.#headers = headers;
                resolve(headers);
            };
            const timer = setTimeout(() => answer(this.#headers), refresh ? 5_000 : 1_000);
            this.#asks.set(ask, answer);
            newest.send({ type: 'headers', ask, refresh });
        });
    }

    #startPings(): void {
        const { ping = 20_000 } = this.#options;
        if (ping === 0 || this.#pinging !== undefined) {
            return;
        }
        let looked = Date.now();
        this.#pinging = setInterval(() => {
            // The machine slept, and the tabs with it.
            const slept = Date.now() - looked > 2 * ping;
            looked = Date.now();
            for (const tab of this.#tabs) {
                if (!slept && !tab.hasLock && Date.now() - tab.heard > 3 * ping) {
                    tab.send({ type: 'evicted' });
                    this.#gone(tab);
                } else {
                    tab.send({ type: 'ping' });
                }
            }
        }, ping);
    }
}
