import type { Unsubscribe } from './listeners.js';

export type WakeReason = 'online' | 'visible' | 'restored';

/**
 * Tells when a connection should be looked at: the network is back, the page is seen again, or was taken out of the
 * back/forward cache. Works in pages, in workers (which only know `online`) and, by doing nothing, in Node.
 */
export function watchWake(callback: (reason: WakeReason) => void): Unsubscribe {
    const stop = new AbortController();
    const { signal } = stop;
    if (typeof globalThis.addEventListener !== 'function') {
        return () => undefined;
    }
    globalThis.addEventListener('online', () => callback('online'), { signal });
    if (typeof document !== 'undefined') {
        document.addEventListener(
            'visibilitychange',
            () => {
                if (document.visibilityState === 'visible') {
                    callback('visible');
                }
            },
            { signal },
        );
        globalThis.addEventListener(
            'pageshow',
            (event) => {
                if (event.persisted) {
                    callback('restored');
                }
            },
            { signal },
        );
    }
    return () => stop.abort();
}
