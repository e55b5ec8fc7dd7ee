/** Milliseconds until the attempts after a wake that find no network yet. */
const SOON = [500, 1_000, 2_000, 4_000];

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
    #soon = SOON.length;

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

    /**
     * The device has woken or the network is back. That is told before the network carries (addresses, names and tunnels
     * come after it), so what fails then must not wait as long as what fails for the tenth time.
     */
    woken(): void {
        this.#soon = 0;
    }

    /** `unreachable`: nothing answered, so there is no server whose wish for a rest counts. */
    delay(unreachable = false): number {
        const soon = unreachable ? SOON[this.#soon++] : undefined;
        if (soon !== undefined) {
            return Math.min(soon, Math.max(this.base, 100)) * (0.5 + this.#random() / 2);
        }
        if (this.#failures === 0) {
            return this.base * (1 + this.#random() / 4);
        }
        // `retry: 0` must not become a busy loop.
        const grown = Math.max(this.base, 100) * 2 ** Math.min(this.#failures - 1, 20);
        return Math.min(grown, Math.max(this.#max, this.base)) * (0.5 + this.#random() / 2);
    }
}
