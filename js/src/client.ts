import { attempt, type Outcome } from './attempt.js';
import { Backoff } from './backoff.js';
import { SseError } from './errors.js';
import { isLossOfLog, readGap, type SseEvent, type SseGap } from './event.js';
import { Listeners, report, type Unsubscribe } from './listeners.js';
import { type GapAction, resolveSource, type SseClientOptions, type UrlSource } from './options.js';
import { type ParsedEvent, SseParser } from './parser.js';
import { RecentKeys } from './recent.js';
import { watchWake } from './wake.js';
import { Watchdog } from './watchdog.js';

export { SseError, type SseErrorCode } from './errors.js';
export type { SseEvent, SseGap, SseGapReason } from './event.js';
export type { Unsubscribe } from './listeners.js';
export type { GapAction, HeadersSource, SourceContext, SseClientOptions, UrlSource } from './options.js';

/** `connecting` is also the wait before a reconnect. `closed` is for good. */
export type SseState = 'connecting' | 'open' | 'closed';

/** An event stream that is kept open: what EventSource does, with headers, a watchdog, and an answer to lost events. */
export class SseClient {
    readonly #url: UrlSource;
    readonly #options: SseClientOptions;
    readonly #events = new Map<string, Listeners<[SseEvent]>>();
    readonly #any = new Listeners<[SseEvent]>();
    readonly #states = new Listeners<[SseState, SseError | null]>();
    readonly #errors = new Listeners<[SseError]>();
    readonly #gaps = new Listeners<[SseGap]>();
    readonly #ids = new Listeners<[string]>();
    readonly #backoff: Backoff;
    readonly #watchdog: Watchdog;
    readonly #recent: RecentKeys;
    readonly #unwatch: Unsubscribe;
    #state: SseState = 'connecting';
    #lastEventId: string;
    /** Of the request under way; aborted with what the attempt came to. */
    #abort: AbortController | null = null;
    /** Ends the wait before the next attempt. */
    #endWait: (() => void) | null = null;
    #refresh = false;
    #gapRestart = -Infinity;

    /** Connects at once; listeners that are added in the same tick miss nothing. */
    constructor(url: UrlSource, options: SseClientOptions = {}) {
        this.#url = url;
        this.#options = options;
        this.#lastEventId = options.lastEventId ?? '';
        this.#backoff = new Backoff(options.retry ?? 3_000, options.maxRetry ?? 60_000);
        this.#recent = new RecentKeys(options.uniqueSize);
        this.#watchdog = new Watchdog(options.silence ?? 70_000, () =>
            this.#abort?.abort(new SseError('silence', 'Nothing came from the stream for too long.')),
        );
        this.#unwatch = watchWake((reason) => {
            this.wake();
            if (reason !== 'visible') {
                this.reconnect();
            }
        });
        queueMicrotask(() => void this.#run());
    }

    get state(): SseState {
        return this.#state;
    }

    get lastEventId(): string {
        return this.#lastEventId;
    }

    /** Events of that name. Like all of these it returns a function that removes the callback. */
    on(event: string, callback: (event: SseEvent) => void): Unsubscribe {
        let listeners = this.#events.get(event);
        if (listeners === undefined) {
            this.#events.set(event, (listeners = new Listeners()));
        }
        return listeners.add(callback);
    }

    /** Events without a name. */
    onMessage(callback: (event: SseEvent) => void): Unsubscribe {
        return this.on('message', callback);
    }

    /** Events of any name. */
    onAny(callback: (event: SseEvent) => void): Unsubscribe {
        return this.#any.add(callback);
    }

    /** With `closed` comes the error, if the client did not close because it was told to. */
    onState(callback: (state: SseState, error: SseError | null) => void): Unsubscribe {
        return this.#states.add(callback);
    }

    /** Every failure, also those after which it tries again. */
    onError(callback: (error: SseError) => void): Unsubscribe {
        return this.#errors.add(callback);
    }

    /** Events were lost; the option `onGap` says what is done about it. */
    onGap(callback: (gap: SseGap) => void): Unsubscribe {
        return this.#gaps.add(callback);
    }

    /** The position has moved. */
    onId(callback: (id: string) => void): Unsubscribe {
        return this.#ids.add(callback);
    }

    /** The page has these already, from its initial rows; keys as the option `unique` makes them. */
    seen(...keys: (string | number)[]): void {
        for (const key of keys) {
            this.#recent.add(key);
        }
    }

    /** A new connection, now. `fromStart` forgets the position. */
    reconnect({ fromStart = false } = {}): void {
        if (fromStart) {
            this.#lastEventId = '';
        }
        this.#abort?.abort('reconnect');
        this.#endWait?.();
    }

    /** Whoever waits looks at the page again: no wait any more, and a new connection if this one has long been silent. */
    wake(): void {
        this.#backoff.woken();
        this.#endWait?.();
        if (this.#state === 'open' && this.#watchdog.silence > this.#watchdog.limit / 2) {
            this.reconnect();
        }
    }

    close(): void {
        this.#close(null);
    }

    #close(error: SseError | null): void {
        if (this.#state === 'closed') {
            return;
        }
        this.#setState('closed', error);
        this.#unwatch();
        this.#watchdog.stop();
        this.#abort?.abort('closed');
        this.#endWait?.();
    }

    #setState(state: SseState, error: SseError | null = null): void {
        this.#state = state;
        this.#states.call(state, error);
    }

    async #run(): Promise<void> {
        while (this.#state !== 'closed') {
            this.#setState('connecting');
            const abort = new AbortController();
            this.#abort = abort;
            let openedAt: number | null = null;
            const outcome = await this.#attempt(abort, () => {
                openedAt = Date.now();
                this.#refresh = false;
            });
            this.#abort = null;
            this.#watchdog.stop();
            const lived = openedAt !== null && Date.now() - openedAt >= (this.#options.livedAfter ?? 5_000);
            const wait = this.#next(outcome, lived, abort.signal.reason === 'reconnect');
            if (wait > 0) {
                if (this.#isOpen()) {
                    this.#setState('connecting');
                }
                await this.#wait(wait);
            }
        }
    }

    /** The state may have changed while something was awaited, which the compiler does not see. */
    #isOpen(): boolean {
        return this.#state === 'open';
    }

    /** What an attempt came to; returns how long to wait before the next. */
    #next(outcome: Outcome, lived: boolean, wanted: boolean): number {
        if (this.#state === 'closed') {
            return 0;
        }
        if (lived) {
            this.#backoff.succeeded();
        }
        if (wanted) {
            return 0;
        }
        if (outcome.kind === 'no-content') {
            this.#close(null);
            return 0;
        }
        if (!lived) {
            this.#backoff.failed();
        }
        if (outcome.kind === 'ended') {
            return this.#backoff.delay();
        }
        this.#errors.call(outcome.error);
        if (outcome.error.final) {
            if (!this.#canRefresh()) {
                this.#close(outcome.error);
                return 0;
            }
            this.#refresh = true;
            return 1;
        }
        return Math.max(this.#backoff.delay(outcome.error.status === undefined), outcome.retryAfter ?? 0);
    }

    #canRefresh(): boolean {
        return !this.#refresh && (typeof this.#url === 'function' || typeof this.#options.headers === 'function');
    }

    #wait(milliseconds: number): Promise<void> {
        return new Promise((resolve) => {
            const timer = setTimeout(() => this.#endWait?.(), milliseconds);
            this.#endWait = () => {
                clearTimeout(timer);
                this.#endWait = null;
                resolve();
            };
        });
    }

    async #attempt(abort: AbortController, onOpen: () => void): Promise<Outcome> {
        const { signal } = abort;
        const timer = setTimeout(
            () => abort.abort(new SseError('network', 'The stream was not answered in time.')),
            this.#options.connectTimeout ?? 30_000,
        );
        try {
            const outcome = await Promise.race([this.#request(signal, () => (clearTimeout(timer), onOpen())), aborted(signal)]);
            // What it was aborted with says more than what fetch makes of it.
            const error: unknown = signal.reason;
            return error instanceof SseError ? { kind: 'failed', error } : outcome;
        } finally {
            clearTimeout(timer);
        }
    }

    async #request(signal: AbortSignal, onOpen: () => void): Promise<Outcome> {
        let url: URL;
        const headers: Record<string, string> = {};
        try {
            url = new URL(await resolveSource(this.#url, this.#refresh), baseUrl());
            Object.assign(headers, await resolveSource(this.#options.headers ?? {}, this.#refresh));
        } catch (cause) {
            const message = 'The address or the headers of the stream could not be had.';
            return { kind: 'failed', error: cause instanceof SseError ? cause : new SseError('source', message, { cause }) };
        }
        if (this.#lastEventId !== '') {
            if (this.#options.lastEventIdParam !== undefined) {
                url.searchParams.set(this.#options.lastEventIdParam, this.#lastEventId);
            } else {
                headers['Last-Event-ID'] = utf8(this.#lastEventId);
            }
        }
        const parser = this.#parser(signal);
        return attempt({
            url: url.href,
            headers,
            withCredentials: this.#options.withCredentials ?? false,
            signal,
            fetch: this.#options.fetch ?? globalThis.fetch.bind(globalThis),
            onOpen: () => {
                if (!signal.aborted) {
                    onOpen();
                    this.#watchdog.start();
                    this.#setState('open');
                }
            },
            onText: (text) => {
                if (!signal.aborted) {
                    this.#watchdog.heard();
                    parser.push(text);
                }
            },
        });
    }

    /** The parser of one connection. A listener may end that connection: what is left of a piece is then not heard. */
    #parser(signal: AbortSignal): SseParser {
        return new SseParser(
            {
                id: (id) => {
                    if (!signal.aborted) {
                        this.#lastEventId = id;
                        this.#ids.call(id);
                    }
                },
                retry: (milliseconds) => {
                    this.#backoff.base = Math.min(milliseconds, 86_400_000);
                },
                event: (event) => {
                    if (!signal.aborted) {
                        this.#dispatch(event);
                    }
                },
            },
            this.#lastEventId,
        );
    }

    #dispatch(parsed: ParsedEvent): void {
        const event: SseEvent = { ...parsed, json: <T>() => JSON.parse(parsed.data) as T };
        if (this.#isKnown(event)) {
            return;
        }
        this.#any.call(event);
        this.#events.get(event.type)?.call(event);
        const gap = event.type === 'gap' ? readGap(event.data) : null;
        if (gap !== null) {
            this.#gaps.call(gap);
            this.#answerGap(gap);
        }
    }

    #isKnown(event: SseEvent): boolean {
        try {
            const key = this.#options.unique?.(event);
            return key !== null && key !== undefined && !this.#recent.add(key);
        } catch (error) {
            report(error);
            return false;
        }
    }

    #answerGap(gap: SseGap): void {
        const { onGap = 'restart', gapInterval = 30_000 } = this.#options;
        let action: GapAction | void = 'continue';
        try {
            action = typeof onGap === 'function' ? onGap(gap) : isLossOfLog(gap) ? onGap : 'continue';
        } catch (error) {
            report(error);
        }
        if (action !== 'restart' || this.#state === 'closed') {
            return;
        }
        // A server that answers each beginning with a gap must not be asked without end.
        if (Date.now() - this.#gapRestart < gapInterval) {
            return;
        }
        this.#gapRestart = Date.now();
        this.reconnect({ fromStart: true });
    }
}

function baseUrl(): string | undefined {
    return typeof document !== 'undefined' ? document.baseURI : globalThis.location?.href;
}

/** Does not wait for a fetch that hears nothing of its end. */
function aborted(signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
        const error = new SseError('network', 'The stream was given up.');
        signal.addEventListener('abort', () => resolve({ kind: 'failed', error }), { once: true });
    });
}

/** Headers are made of bytes, one a character. */
function utf8(text: string): string {
    return String.fromCharCode(...new TextEncoder().encode(text));
}
