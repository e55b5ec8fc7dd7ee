import { readNames } from './post.js';
import { readObject } from './event.js';
import type { Position } from './messages.js';

/** Where a page was when it was left, kept for the next page of this tab. Storage may be forbidden, which costs only that. */

const prefix = 'sse:';

export function writePosition(key: string, lifetime: number, id: string, channels: string[]): void {
    if (id === '' || lifetime <= 0) {
        return;
    }
    try {
        sessionStorage.setItem(prefix + key, JSON.stringify({ id, channels, at: Date.now() }));
    } catch {
        // Then the next page begins from now.
    }
}

export function readPosition(key: string, lifetime: number): Position | null {
    try {
        const kept = readObject(sessionStorage.getItem(prefix + key) ?? '');
        const { id, at } = kept ?? {};
        const isFresh = typeof at === 'number' && Date.now() - at < lifetime;
        return isFresh && typeof id === 'string' ? { id, channels: readNames(kept?.channels) } : null;
    } catch {
        return null;
    }
}

export function forgetPosition(key: string): void {
    try {
        sessionStorage.removeItem(prefix + key);
    } catch {
        // It was not kept either.
    }
}
