import type { SseGap } from './event.js';
import { holdLock, type HeldLock } from './lock.js';
import {
    type Broadcast, type StreamConfig, type StreamFailure, type StreamState, type TabPort, type ToTab, version,
} from './messages.js';
import { forgetPosition, readPosition, writePosition } from './position.js';
import { watchWake } from './wake.js';

export interface LinkHandler {
    state(state: StreamState, failure: StreamFailure | null): void;
    subscribed(channels: string[]): void;
    refused(channels: Record<string, number>): void;
    broadcast(broadcast: Broadcast): void;
    gap(gap: SseGap): void;
    headers(refresh: boolean): Record<string, string> | Promise<Record<string, string>>;
}

export interface LinkOptions {
    /** Tabs of one key share a stream. */
    key: string;
    config: StreamConfig;
    /** A port to the SharedWorker; null: there is none. `failed` is called if its script cannot be loaded. */
    openShared(failed: () => void): TabPort | null;
    openLocal(): TabPort;
    /** Milliseconds that the worker has for its welcome; 3,000. */
    workerTimeout?: number;
    /** Milliseconds after which a position that a page left behind is of no use; 60,000. 0: positions are not kept. */
    resume?: number;
}

/** Without a ping for so long, a worker is taken for dead. */
const deadAfter = 70_000;

/** A tab's end of the line to the multiplexer, wherever that is. It survives the loss of the worker and a stay in the back/forward cache. */
export class Link {
    readonly #options: LinkOptions;
    readonly #handler: LinkHandler;
    readonly #channels = new Set<string>();
    readonly #stop = new AbortController();
    readonly #unwatch: () => void;
    /** What was asked for in this tick: the last word about each channel. */
    #pending = new Map<string, 'join' | 'leave'>();
    #port: TabPort | null = null;
    #lock: HeldLock | null = null;
    #isShared = false;
    #mayShare = true;
    #ready = false;
    #position: string;
    #before: string[];
    #heard = 0;
    #welcomed: ReturnType<typeof setTimeout> | undefined;
    #pulse: ReturnType<typeof setInterval> | undefined;
    /** Grows with every port, so that a late answer is known as one. */
    #generation = 0;

    constructor(options: LinkOptions, handler: LinkHandler) {
        this.#options = options;
        this.#handler = handler;
        const kept = readPosition(options.key, options.resume ?? 60_000);
        forgetPosition(options.key);
        this.#position = kept?.id ?? '';
        this.#before = kept?.channels ?? [];
        this.#unwatch = watchWake((reason) => this.#wake(reason === 'restored'));
        if (typeof document !== 'undefined') {
            globalThis.addEventListener('pagehide', () => this.#hide(), { signal: this.#stop.signal });
        }
        void this.#start();
    }

    /** Whether one connection serves all tabs. */
    get isShared(): boolean {
        return this.#isShared;
    }

    join(channel: string): void {
        this.#channels.add(channel);
        this.#later(channel, 'join');
    }

    leave(channel: string): void {
        this.#channels.delete(channel);
        this.#later(channel, 'leave');
    }

    close(): void {
        this.#stop.abort();
        this.#unwatch();
        this.#drop();
    }

    #later(channel: string, what: 'join' | 'leave'): void {
        if (this.#pending.size === 0) {
            queueMicrotask(() => this.#flush());
        }
        // Once more at the end, so that they keep the order in which they were asked for.
        this.#pending.delete(channel);
        this.#pending.set(channel, what);
    }

    #flush(): void {
        const pending = [...this.#pending];
        this.#pending.clear();
        if (!this.#ready) {
            // The hello is followed by all channels.
            return;
        }
        for (const type of ['leave', 'join'] as const) {
            const channels = pending.filter(([, what]) => what === type).map(([channel]) => channel);
            if (channels.length > 0) {
                this.#port?.send({ type, channels });
            }
        }
    }

    async #start(): Promise<void> {
        const generation = (this.#generation += 1);
        const isMine = () => generation === this.#generation && !this.#stop.signal.aborted;
        const fallBack = () => {
            if (isMine()) {
                this.#mayShare = false;
                this.#restart();
            }
        };
        const port = this.#mayShare ? this.#options.openShared(fallBack) : null;
        const lock = port === null ? null : await holdLock();
        if (!isMine()) {
            lock?.release();
            port?.close();
            return;
        }
        this.#lock = lock;
        this.#isShared = port !== null;
        this.#port = port ?? this.#options.openLocal();
        this.#port.listen((message) => {
            if (isMine()) {
                this.#hear(message, fallBack);
            }
        });
        this.#hello();
        if (this.#isShared) {
            this.#welcomed = setTimeout(fallBack, this.#options.workerTimeout ?? 3_000);
        }
    }

    #hello(): void {
        const { key, config } = this.#options;
        const since = this.#position === '' ? null : { id: this.#position, channels: this.#before };
        this.#port?.send({ type: 'hello', version, key, config, lock: this.#lock?.name ?? null, since });
        this.#ready = true;
        this.#pending.clear();
        if (this.#channels.size > 0) {
            this.#port?.send({ type: 'join', channels: [...this.#channels] });
        }
    }

    #hear(message: ToTab, fallBack: () => void): void {
        this.#heard = Date.now();
        switch (message.type) {
            case 'welcome':
                clearTimeout(this.#welcomed);
                if (message.version !== version) {
                    fallBack();
                } else if (this.#isShared) {
                    this.#watchPulse();
                }
                return;
            case 'state':
                return this.#handler.state(message.state, message.failure);
            case 'subscribed':
                return this.#handler.subscribed(message.channels.filter((channel) => this.#channels.has(channel)));
            case 'refused':
                return this.#handler.refused(message.channels);
            case 'broadcast':
                this.#position = message.id || this.#position;
                return this.#handler.broadcast(message.broadcast);
            case 'position':
                this.#position = message.id;
                return;
            case 'gap':
                return this.#handler.gap(message.gap);
            case 'headers':
                void this.#answer(message.ask, message.refresh);
                return;
            case 'ping':
                this.#port?.send({ type: 'pong' });
                return;
            case 'evicted':
                return this.#restart();
        }
    }

    async #answer(ask: number, refresh: boolean): Promise<void> {
        const port = this.#port;
        try {
            port?.send({ type: 'headers', ask, headers: await this.#handler.headers(refresh) });
        } catch {
            // The multiplexer goes on with those it has.
        }
    }

    /** A worker that crashed says nothing, not even pings. */
    #watchPulse(): void {
        clearInterval(this.#pulse);
        let looked = Date.now();
        this.#pulse = setInterval(() => {
            // A page that was frozen hears its pings after this.
            const wasFrozen = Date.now() - looked > deadAfter;
            looked = Date.now();
            if (!wasFrozen && Date.now() - this.#heard > deadAfter) {
                this.#restart();
            }
        }, deadAfter / 4);
    }

    #wake(restored: boolean): void {
        if (restored && this.#port === null) {
            forgetPosition(this.#options.key);
            void this.#start();
        } else if (this.#isShared) {
            // A client in this page hears of it by itself; told twice, it would give up the attempt that it has just begun.
            this.#port?.send({ type: 'wake' });
        }
    }

    /** The page may be gone for good, or kept in the back/forward cache, which locks and connections would prevent. */
    #hide(): void {
        writePosition(this.#options.key, this.#options.resume ?? 60_000, this.#position, [...this.#channels]);
        this.#drop();
    }

    #restart(): void {
        this.#drop();
        void this.#start();
    }

    #drop(): void {
        this.#generation += 1;
        this.#before = [...this.#channels];
        this.#ready = false;
        clearTimeout(this.#welcomed);
        clearInterval(this.#pulse);
        this.#port?.send({ type: 'bye' });
        this.#port?.close();
        this.#port = null;
        this.#lock?.release();
        this.#lock = null;
    }
}
