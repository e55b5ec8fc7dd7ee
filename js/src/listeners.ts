export type Unsubscribe = () => void;

/** An error of a listener is the page's, to be seen in its console; it must not end a stream or keep others from hearing. */
export function report(error: unknown): void {
    if (typeof globalThis.reportError === 'function') {
        globalThis.reportError(error);
    } else {
        setTimeout(() => {
            throw error;
        });
    }
}

/** A list of callbacks; one that is removed while it is called through is not called any more. */
export class Listeners<T extends unknown[]> {
    readonly #callbacks = new Set<{ callback: (...values: T) => void }>();

    get size(): number {
        return this.#callbacks.size;
    }

    add(callback: (...values: T) => void): Unsubscribe {
        const entry = { callback };
        this.#callbacks.add(entry);
        return () => {
            this.#callbacks.delete(entry);
        };
    }

    /** All entries of that callback. */
    remove(callback: (...values: T) => void): void {
        for (const entry of this.#callbacks) {
            if (entry.callback === callback) {
                this.#callbacks.delete(entry);
            }
        }
    }

    clear(): void {
        this.#callbacks.clear();
    }

    call(...values: T): void {
        for (const { callback } of this.#callbacks) {
            try {
                callback(...values);
            } catch (error) {
                report(error);
            }
        }
    }
}
