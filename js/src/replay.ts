import type { Broadcast } from './messages.js';

interface Entry {
    id: string;
    broadcast: Broadcast | null;
    at: number;
}

/** The newest broadcasts, for a tab that was reloaded while others kept the stream open. Ids are compared for equality only. */
export class Replay {
    readonly #size: number;
    readonly #age: number;
    #entries: Entry[] = [];
    /** The position before the oldest entry. */
    #base = '';

    constructor(size = 1000, age = 60_000) {
        this.#size = size;
        this.#age = age;
    }

    begin(id: string): void {
        this.#entries = [];
        this.#base = id;
    }

    add(id: string, broadcast: Broadcast | null): void {
        const at = Date.now();
        const newest = this.#entries.at(-1);
        // An event's id is told before the event.
        if (newest?.id === id && newest.broadcast === null) {
            this.#entries.pop();
        }
        this.#entries.push({ id, broadcast, at });
        let old = Math.max(0, this.#entries.length - this.#size);
        for (let entry = this.#entries[old]; entry !== undefined && entry.at < at - this.#age; entry = this.#entries[old]) {
            old += 1;
        }
        if (old > 0) {
            this.#base = this.#entries[old - 1]?.id ?? this.#base;
            this.#entries = this.#entries.slice(old);
        }
    }

    /** What came after that position; null if it is not known any more. */
    since(id: string): Broadcast[] | null {
        let index = this.#entries.length - 1;
        while (index >= 0 && this.#entries[index]?.id !== id) {
            index -= 1;
        }
        if (index < 0 && id !== this.#base) {
            return null;
        }
        return this.#entries.slice(index + 1).flatMap(({ broadcast }) => broadcast ?? []);
    }
}
