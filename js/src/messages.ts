import type { SseGap } from './event.js';

/** What tabs and the multiplexer say to each other; both sides are of one build, or know it by this number. */
export const version = 1;

/** What Laravel broadcasts. `socket` is the socket id of the tab that caused it. */
export interface Broadcast {
    channel: string;
    event: string;
    data: unknown;
    socket: string | null;
}

/**
 * - `idle`: no channel is joined, so there is no stream
 * - `reconnecting`: there was a stream, and there will be one
 * - `failed`: refused for good; joining a channel tries again
 */
export type StreamState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'failed';

export interface StreamFailure {
    message: string;
    status: number | null;
}

/** How the stream is to be had: the same for all tabs of a key. */
export interface StreamConfig {
    endpoint: string;
    withCredentials: boolean;
    /** Options of SseClient of the same names. */
    silence?: number;
    retry?: number;
    maxRetry?: number;
    /** Milliseconds that joined channels have to become live before a new stream is opened; 3,000. */
    joinTimeout?: number;
    /** The property of a presence member that tells it from others. */
    memberKey: string;
}

/** Where a page that was reloaded or restored was. */
export interface Position {
    id: string;
    channels: string[];
}

export type ToMultiplexer =
    | { type: 'hello'; version: number; key: string; config: StreamConfig; lock: string | null; since: Position | null }
    | { type: 'join'; channels: string[] }
    | { type: 'leave'; channels: string[] }
    | { type: 'headers'; ask: number; headers: Record<string, string> }
    | { type: 'wake' }
    | { type: 'pong' }
    | { type: 'bye' };

export type ToTab =
    | { type: 'welcome'; version: number }
    | { type: 'state'; state: StreamState; failure: StreamFailure | null }
    | { type: 'subscribed'; channels: string[] }
    | { type: 'refused'; channels: Record<string, number> }
    | { type: 'broadcast'; broadcast: Broadcast; id: string }
    | { type: 'position'; id: string }
    | { type: 'gap'; gap: SseGap }
    | { type: 'headers'; ask: number; refresh: boolean }
    | { type: 'ping' }
    /** The multiplexer took the tab for gone. */
    | { type: 'evicted' };

/** The part of a MessagePort that is used, so that both ends can be in one page, or in a test. */
export interface Port<Out, In> {
    send(message: Out): void;
    listen(callback: (message: In) => void): void;
    close(): void;
}

export type TabPort = Port<ToMultiplexer, ToTab>;
export type MultiplexerPort = Port<ToTab, ToMultiplexer>;

export function messagePort<Out, In>(port: MessagePort): Port<Out, In> {
    return {
        send: (message) => port.postMessage(message),
        listen: (callback) => {
            port.onmessage = (event: MessageEvent<In>) => callback(event.data);
        },
        close: () => port.close(),
    };
}

/** Two ends within one page. A message arrives after the caller has returned, as with a MessagePort, also if it then closes. */
export function portPair(): [TabPort, MultiplexerPort] {
    const tab = new LocalPort<ToMultiplexer, ToTab>();
    const multiplexer = new LocalPort<ToTab, ToMultiplexer>();
    tab.other = multiplexer;
    multiplexer.other = tab;
    return [tab, multiplexer];
}

class LocalPort<Out, In> implements Port<Out, In> {
    other: LocalPort<In, Out> | null = null;
    #callback: ((message: In) => void) | null = null;

    send(message: Out): void {
        const { other } = this;
        queueMicrotask(() => other?.receive(message));
    }

    receive(message: In): void {
        this.#callback?.(message);
    }

    listen(callback: (message: In) => void): void {
        this.#callback = callback;
    }

    close(): void {
        this.#callback = null;
    }
}
