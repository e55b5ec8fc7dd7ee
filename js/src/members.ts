import { isObject } from './event.js';

/** What changed in a list of members. */
export interface MemberChange {
    joined: unknown[];
    left: unknown[];
}

/** Who is present in a channel. A member that is told twice is there once, and one that left twice left once. */
export class Members {
    readonly #property: string;
    #members: Map<string, unknown> | null = null;

    /** @param property What tells members apart; without that property it is the whole value. */
    constructor(property: string) {
        this.#property = property;
    }

    /** null until the list has come. */
    get list(): unknown[] | null {
        return this.#members === null ? null : [...this.#members.values()];
    }

    /** The whole list, as it comes with every (re)connection; says what it changed. */
    set(list: readonly unknown[]): MemberChange {
        const before = this.#members ?? new Map<string, unknown>();
        const after = new Map(list.map((member) => [this.#key(member), member]));
        this.#members = after;
        return {
            joined: [...after].filter(([key]) => !before.has(key)).map(([, member]) => member),
            left: [...before].filter(([key]) => !after.has(key)).map(([, member]) => member),
        };
    }

    /** False if it was present already, or the list, which will have it, has not come. */
    join(member: unknown): boolean {
        const key = this.#key(member);
        if (this.#members === null || this.#members.has(key)) {
            return false;
        }
        this.#members.set(key, member);
        return true;
    }

    leave(member: unknown): boolean {
        return this.#members?.delete(this.#key(member)) ?? false;
    }

    #key(member: unknown): string {
        const id = isObject(member) && Object.hasOwn(member, this.#property) ? member[this.#property] : undefined;
        return typeof id === 'string' || typeof id === 'number' ? `id ${id}` : canonical(member);
    }
}

/** JSON that is the same for equal values, in whatever order their members are. */
function canonical(value: unknown): string {
    return JSON.stringify(value, (_key, part: unknown) =>
        isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
    );
}
