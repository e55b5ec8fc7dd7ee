import type { HeadersSource } from './options.js';

/** What `new Echo({ broadcaster: SseConnector, … })` knows. */
export interface SseConnectorOptions {
    /** The package's route; /broadcasting/sse. */
    endpoint?: string;
    /** Else it is taken from `<meta name="csrf-token">` or the cookie XSRF-TOKEN. */
    csrfToken?: string | null;
    bearerToken?: string | null;
    auth?: { headers: Record<string, string> };
    /** More headers; a function is asked before each request, so that a token may change. */
    headers?: HeadersSource;
    /** Cookies to another origin as well. */
    withCredentials?: boolean;
    /** The namespace of the server's events; App.Events. */
    namespace?: string | false;
    /** One connection for all tabs, by a SharedWorker; true. */
    shared?: boolean;
    /** Who is logged in: tabs of different identities do not share. Else the CSRF and the bearer token tell them apart. */
    identity?: string | number | null;
    /** The address of the worker's script, of the page's own origin, where a bundler does not see to it. */
    worker?: string | URL;
    /** Milliseconds after which the position that a page left behind is of no use; 60,000. 0: every page begins from now. */
    resume?: number;
    /** The property by which presence members are told apart; id. */
    memberKey?: string;
    /** Options of SseClient of the same names. */
    silence?: number;
    retry?: number;
    maxRetry?: number;
    /** Milliseconds that joined channels have to become live before a new stream is opened; 3,000. */
    joinTimeout?: number;
    /** Another fetch, for tests; with it nothing is shared. */
    fetch?: typeof fetch;

    /** Echo's other options. */
    [key: string]: unknown;
}

export type ResolvedOptions = SseConnectorOptions & {
    endpoint: string;
    auth: { headers: Record<string, string> };
    namespace: string | false;
};

export function resolveOptions(options: SseConnectorOptions): ResolvedOptions {
    return {
        ...options,
        endpoint: options.endpoint ?? '/broadcasting/sse',
        namespace: options.namespace ?? 'App.Events',
        // A copy: Echo's own connectors write the tokens into the defaults that all of them share.
        auth: { ...options.auth, headers: { ...options.auth?.headers } },
    };
}

/** The page's token against forgery. */
export function csrfToken(options: SseConnectorOptions): string | null {
    const laravel = (globalThis as { Laravel?: { csrfToken?: string } }).Laravel;
    if (laravel?.csrfToken) {
        return laravel.csrfToken;
    }
    if (options.csrfToken) {
        return options.csrfToken;
    }
    return typeof document === 'undefined'
        ? null
        : (document.querySelector('meta[name="csrf-token"]')?.getAttribute('content') ?? null);
}

/** The headers that the options give, as they are now: a page may change them while it lives. */
export function staticHeaders(options: ResolvedOptions): Record<string, string> {
    const headers: Record<string, string> = { ...options.auth.headers };
    const token = csrfToken(options);
    if (token !== null) {
        headers['X-CSRF-TOKEN'] ??= token;
    } else {
        const cookie = xsrfCookie();
        if (cookie !== null) {
            headers['X-XSRF-TOKEN'] ??= cookie;
        }
    }
    if (options.bearerToken) {
        headers.Authorization ??= `Bearer ${options.bearerToken}`;
    }
    return headers;
}

function xsrfCookie(): string | null {
    const cookies = typeof document === 'undefined' ? '' : document.cookie;
    const value = /(?:^|;\s*)XSRF-TOKEN=([^;]*)/.exec(cookies)?.[1];
    return value === undefined ? null : decodeURIComponent(value);
}

/**
 * What a stream may be shared by: tabs of one endpoint and one user. Laravel makes a new CSRF token with every login, so
 * without `identity` a tab that another user has logged in to does not get onto the stream of the first.
 */
export function shareKey(endpoint: string, options: ResolvedOptions): string {
    const { identity } = options;
    const headers = staticHeaders(options);
    const who =
        identity !== undefined && identity !== null
            ? `identity ${identity}`
            : `tokens ${hash(`${headers['X-CSRF-TOKEN'] ?? ''} ${headers.Authorization ?? ''}`)}`;
    return `${endpoint} ${who}${options.withCredentials ? ' credentials' : ''}`;
}

/** cyrb53: no secret is to be in a key, and no two tokens are to have the same by chance. */
function hash(text: string): string {
    let a = 0xdeadbeef;
    let b = 0x41c6ce57;
    for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        a = Math.imul(a ^ code, 2654435761);
        b = Math.imul(b ^ code, 1597334677);
    }
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}
