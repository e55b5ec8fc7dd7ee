import type { SseEvent, SseGap } from './event.js';

/** Given to the functions for the address and the headers. */
export interface SourceContext {
    /** The server refused what the function returned the last time: return a fresh token, not a remembered one. */
    refresh: boolean;
}

export type UrlSource = string | URL | ((context: SourceContext) => string | URL | Promise<string | URL>);

export type HeadersSource =
    | Record<string, string>
    | ((context: SourceContext) => Record<string, string> | Promise<Record<string, string>>);

export interface SseClientOptions {
    /** Headers of every request; a function is asked before each. */
    headers?: HeadersSource;
    /** Cookies to another origin as well. */
    withCredentials?: boolean;
    /** Where to continue from. */
    lastEventId?: string;
    /** The name of a query parameter that carries the last id, in place of the header `Last-Event-ID`. */
    lastEventIdParam?: string;
    /** Milliseconds before a reconnect until the server's own `retry:`; 3,000. */
    retry?: number;
    /** What the wait grows to with failures; 60,000. */
    maxRetry?: number;
    /** A stream that was open for so many milliseconds was no failure when it ends; 5,000. */
    livedAfter?: number;
    /** A request that has no answer after so many milliseconds is given up; 30,000. */
    connectTimeout?: number;
    /** A stream without a byte for so many milliseconds is given up; 70,000. 0 switches it off. */
    silence?: number;
    /**
     * What a gap means (`event: gap` with the reason trimmed, expired, evicted, reset or unknown: events were lost for good).
     * `restart`, the default, reconnects without an id, so that the page gets its initial rows again; `continue` goes on.
     * A function hears of every gap, and only its `restart` restarts.
     */
    onGap?: GapAction | ((gap: SseGap) => GapAction | void);
    /** Two restarts after gaps are at least so many milliseconds apart; 30,000. */
    gapInterval?: number;
    /** The identity of an event: of two with the same one, the second is dropped. null: it has none. */
    unique?: (event: SseEvent) => string | number | null | undefined;
    /** How many identities are remembered; 1,000. */
    uniqueSize?: number;
    /** Another fetch, for tests. */
    fetch?: typeof fetch;
}

export type GapAction = 'restart' | 'continue';

/** A function, or a value for one. */
export async function resolveSource<T>(source: T | ((context: SourceContext) => T | Promise<T>), refresh: boolean): Promise<T> {
    return typeof source === 'function' ? await (source as (context: SourceContext) => T | Promise<T>)({ refresh }) : source;
}
