/** Remembers the newest keys, so that what comes twice is seen to. */
export class RecentKeys {
    readonly #size: number;
    readonly #keys = new Set<string | number>();

    constructor(size = 1000) {
        this.#size = size;
    }

    /** Remembers the key; false if it was remembered already. */
    add(key: string | number): boolean {
        if (this.#keys.delete(key)) {
            // The newest again: a Set is in the order of insertion.
            this.#keys.add(key);
            return false;
        }
        this.#keys.add(key);
        if (this.#keys.size > this.#size) {
            for (const oldest of this.#keys) {
                this.#keys.delete(oldest);
                break;
            }
        }
        return true;
    }
}
