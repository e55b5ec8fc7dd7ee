import type { MultiplexerPort, Position, ToTab } from './messages.js';

/** For how long after its hello a reloaded page may join the channels that it had. */
const resumeWithin = 10_000;

/** A tab, as the multiplexer sees it. */
export class Tab {
    readonly channels = new Set<string>();
    /** It is seen to be gone when its lock is free, and needs no pings. */
    hasLock = false;
    unwatch: (() => void) | null = null;
    /** When it last said something. */
    heard = Date.now();
    readonly #port: MultiplexerPort;
    #since: Position | null = null;
    #until = 0;

    constructor(port: MultiplexerPort) {
        this.#port = port;
    }

    send(message: ToTab): void {
        this.#port.send(message);
    }

    resume(since: Position | null): void {
        this.#since = since;
        this.#until = Date.now() + resumeWithin;
    }

    /** From where on it misses the channel, told once; null: it had not joined that before. */
    missed(channel: string): string | null {
        const index = this.#since?.channels.indexOf(channel) ?? -1;
        if (this.#since === null || index < 0) {
            return null;
        }
        this.#since.channels.splice(index, 1);
        return Date.now() < this.#until ? this.#since.id : null;
    }

    /** The port stays open: a tab that was only frozen is told so when it speaks again. */
    close(): void {
        this.unwatch?.();
        this.unwatch = null;
    }
}
