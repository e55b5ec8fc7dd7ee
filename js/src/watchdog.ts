/** A longer silence than this is no heartbeat but a machine that slept. */
const longest = 120_000;

/**
 * Notices a stream from which no byte comes any more: a connection that broke without a word, or a machine that slept.
 *
 * The limit grows to 2.5 times the longest silence that a byte has ended, so that a server with a slow heartbeat is not
 * left over and over. It looks at the clock instead of setting one long timer: timers stand still while a machine sleeps.
 */
export class Watchdog {
    readonly #onSilence: () => void;
    readonly #minimum: number;
    #limit: number;
    #timer: ReturnType<typeof setInterval> | undefined;
    #heard = 0;
    #looked = 0;

    /** @param limit Milliseconds; 0 switches it off. */
    constructor(limit: number, onSilence: () => void) {
        this.#minimum = this.#limit = limit;
        this.#onSilence = onSilence;
    }

    get limit(): number {
        return this.#limit;
    }

    /** Milliseconds since the last byte. */
    get silence(): number {
        return this.#timer === undefined ? 0 : Date.now() - this.#heard;
    }

    start(): void {
        this.stop();
        if (this.#minimum <= 0) {
            return;
        }
        this.#heard = this.#looked = Date.now();
        this.#timer = setInterval(() => this.#look(), Math.min(5_000, this.#minimum / 4));
    }

    heard(): void {
        if (this.#timer === undefined) {
            return;
        }
        const silence = this.silence;
        if (silence < longest) {
            this.#limit = Math.max(this.#limit, 2.5 * silence);
        }
        this.#heard = Date.now();
    }

    stop(): void {
        clearInterval(this.#timer);
        this.#timer = undefined;
    }

    #look(): void {
        const now = Date.now();
        // What came while the machine slept may have waited in a buffer, with a dead connection behind it. A tab in the
        // background is called once a minute: hence no less than the limit.
        const slept = now - this.#looked > Math.max(this.#limit, 65_000);
        this.#looked = now;
        if (slept || now - this.#heard > this.#limit) {
            this.stop();
            this.#onSilence();
        }
    }
}
