/** A Web Lock that the tab holds as long as it lives: whoever waits for the same lock learns of its end. */
export interface HeldLock {
    name: string;
    release(): void;
}

function locks(): LockManager | null {
    // Only in secure contexts.
    return typeof navigator !== 'undefined' && 'locks' in navigator ? navigator.locks : null;
}

/** null: there are no locks here. */
export async function holdLock(): Promise<HeldLock | null> {
    const manager = locks();
    if (manager === null) {
        return null;
    }
    const name = `sse-tab-${Math.random()}-${Math.random()}`;
    return new Promise((resolve) => {
        manager
            .request(name, () => new Promise<void>((release) => resolve({ name, release: () => release() })))
            .catch(() => resolve(null));
    });
}

/** Calls back when nobody holds the lock any more; what it returns ends the wait. null: there are no locks here. */
export function lockWatcher(): ((name: string, gone: () => void) => () => void) | null {
    const manager = locks();
    if (manager === null) {
        return null;
    }
    return (name, gone) => {
        const stop = new AbortController();
        manager.request(name, { signal: stop.signal }, gone).catch(() => undefined);
        return () => stop.abort();
    };
}
