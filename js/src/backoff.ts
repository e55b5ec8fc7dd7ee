/**
 * How long to wait before the next attempt: the server's `retry:` after a stream that lived, and twice as long with every
 * failure. Jittered, or all clients of a server that was restarted would come back in the same moment.
 */
export class Backoff {
    /** What the server asked for, in milliseconds. */
    base: number;
    readonly #max: number;
    readonly #random: () => number;
    #failures = 0;

    constructor(base: number, max: number, random: () => number = Math.random) {
        this.base = base;
        this.#max = max;
        this.#random = random;
    }

    get failures(): number {
        return this.#failures;
    }

    succeeded(): void {
        this.#failures = 0;
    }

    failed(): void {
        this.#failures += 1;
    }

    delay(): number {
        if (this.#failures === 0) {
            return this.base * (1 + this.#random() / 4);
        }
        // `retry: 0` must not become a busy loop.
        const grown = Math.max(this.base, 100) * 2 ** Math.min(this.#failures - 1, 20);
        return Math.min(grown, Math.max(this.#max, this.base)) * (0.5 + this.#random() / 2);
    }
}
