import { type Callback, type ChannelHost, SsePrivateChannel } from './channel.js';
import { Listeners, report } from './listeners.js';
import { Members } from './members.js';
import type { Broadcast } from './messages.js';

/** A channel that knows who is in it. */
export class SsePresenceChannel extends SsePrivateChannel {
    readonly #members: Members;
    readonly #here = new Listeners<[unknown[]]>();
    readonly #joining = new Listeners<[unknown]>();
    readonly #leaving = new Listeners<[unknown]>();

    constructor(host: ChannelHost, name: string) {
        super(host, name);
        this.#members = new Members(host.memberKey);
    }

    /** Who is present now; empty until the list has come. */
    get members(): readonly unknown[] {
        return this.#members.list ?? [];
    }

    /** Called with all members once they are known, soon if they are already. What a reconnect changed is told by `joining` and `leaving`. */
    here<T = unknown>(callback: Callback<T[]>): this {
        const call = callback as Callback<unknown[]>;
        const { list } = this.#members;
        if (list === null) {
            this.#here.add(call);
        } else {
            queueMicrotask(() => {
                try {
                    call(this.#members.list ?? list);
                } catch (error) {
                    report(error);
                }
            });
        }
        return this;
    }

    joining<T = unknown>(callback: Callback<T>): this {
        this.#joining.add(callback as Callback<unknown>);
        return this;
    }

    leaving<T = unknown>(callback: Callback<T>): this {
        this.#leaving.add(callback as Callback<unknown>);
        return this;
    }

    override unsubscribe(): void {
        super.unsubscribe();
        for (const listeners of [this.#here, this.#joining, this.#leaving]) {
            listeners.clear();
        }
    }

    /** @internal */
    override hear(broadcast: Broadcast): void {
        const { event, data } = broadcast;
        if (event === 'presence:subscribed') {
            this.#set(Array.isArray(data) ? data : []);
        } else if (event === 'presence:joining') {
            if (this.#members.join(data)) {
                this.#joining.call(data);
            }
        } else if (event === 'presence:leaving') {
            if (this.#members.leave(data)) {
                this.#leaving.call(data);
            }
        } else {
            super.hear(broadcast);
        }
    }

    #set(list: unknown[]): void {
        const isFirst = this.#members.list === null;
        const { joined, left } = this.#members.set(list);
        if (isFirst) {
            this.#here.call(this.#members.list ?? []);
            this.#here.clear();
            return;
        }
        left.forEach((member) => this.#leaving.call(member));
        joined.forEach((member) => this.#joining.call(member));
    }
}
