import type { SseGap } from './event.js';
import { Listeners, report } from './listeners.js';
import type { Broadcast } from './messages.js';

export type Callback<T = never> = (data: T) => void;

/** What `error` callbacks get, in the form in which Pusher gives it. */
export interface ChannelError {
    type: 'AuthError';
    error: string;
    /** 403: not allowed. 401, 419: not logged in any more. */
    status: number;
}

/** What a channel needs of its connector. */
export interface ChannelHost {
    join(channel: string): void;
    leave(channel: string): void;
    readonly namespace: string | false;
    readonly memberKey: string;
}

const notificationCreated = '.Illuminate\\Notifications\\Events\\BroadcastNotificationCreated';

/** A public channel, with what Echo's channels have. */
export class SseChannel {
    readonly name: string;
    readonly notificationCreatedEvent = notificationCreated;
    protected readonly host: ChannelHost;
    readonly #events = new Map<string, Listeners<[unknown]>>();
    readonly #all = new Listeners<[string, unknown]>();
    readonly #subscribed = new Listeners<[]>();
    readonly #errors = new Listeners<[ChannelError]>();
    readonly #gaps = new Listeners<[SseGap]>();
    #isSubscribed = false;
    #error: ChannelError | null = null;

    constructor(host: ChannelHost, name: string) {
        this.host = host;
        this.name = name;
        this.subscribe();
    }

    subscribe(): void {
        this.host.join(this.name);
    }

    unsubscribe(): void {
        this.host.leave(this.name);
        this.#events.clear();
        for (const listeners of [this.#all, this.#subscribed, this.#errors, this.#gaps]) {
            listeners.clear();
        }
        this.#isSubscribed = false;
    }

    /** `OrderShipped` is in the namespace of the option of that name; one with a leading dot is taken as it is. */
    listen<T = unknown>(event: string, callback: Callback<T>): this {
        return this.on(this.#format(event), callback);
    }

    listenToAll(callback: (event: string, data: unknown) => void): this {
        this.#all.add(callback);
        return this;
    }

    stopListening<T = unknown>(event: string, callback?: Callback<T>): this {
        const name = this.#format(event);
        if (callback === undefined) {
            this.#events.delete(name);
        } else {
            this.#events.get(name)?.remove(callback as Callback<unknown>);
        }
        return this;
    }

    stopListeningToAll(callback?: (event: string, data: unknown) => void): this {
        if (callback === undefined) {
            this.#all.clear();
        } else {
            this.#all.remove(callback);
        }
        return this;
    }

    notification<T = unknown>(callback: Callback<T>): this {
        return this.listen(this.notificationCreatedEvent, callback);
    }

    stopListeningForNotification<T = unknown>(callback?: Callback<T>): this {
        return this.stopListening(this.notificationCreatedEvent, callback);
    }

    /** Called when the channel is live, with every new connection again, and soon if it is live already. */
    subscribed(callback: () => void): this {
        this.#subscribed.add(callback);
        if (this.#isSubscribed) {
            this.#soon(() => this.#isSubscribed && callback());
        }
        return this;
    }

    /** Called when the server refuses the channel, and soon if it did already. */
    error(callback: Callback<ChannelError>): this {
        this.#errors.add(callback);
        const error = this.#error;
        if (error !== null) {
            this.#soon(() => this.#error === error && callback(error));
        }
        return this;
    }

    /** Called when broadcasts of the channel were lost: what the page shows should be loaded anew. */
    gap(callback: Callback<SseGap>): this {
        this.#gaps.add(callback);
        return this;
    }

    whisper(_event: string, _data?: unknown): this {
        throw new Error('SSE is one-way, so nothing can be whispered: send an HTTP request, and broadcast()->toOthers() there.');
    }

    listenForWhisper(_event: string, _callback: Callback): this {
        throw new Error('SSE is one-way, so nothing can be whispered: listen for an event that the server broadcasts.');
    }

    stopListeningForWhisper(_event: string, _callback?: Callback): this {
        return this;
    }

    /** As `listen`, with the event's name as the server has it. */
    on<T = unknown>(event: string, callback: Callback<T>): this {
        let listeners = this.#events.get(event);
        if (listeners === undefined) {
            this.#events.set(event, (listeners = new Listeners()));
        }
        listeners.add(callback as Callback<unknown>);
        return this;
    }

    /** @internal */
    hear({ event, data }: Broadcast): void {
        this.#events.get(event)?.call(data);
        this.#all.call(this.#unformat(event), data);
    }

    /** @internal */
    becomeSubscribed(): void {
        this.#isSubscribed = true;
        this.#error = null;
        this.#subscribed.call();
    }

    /** @internal The stream is gone; `becomeSubscribed` comes with the next. */
    becomeLost(): void {
        this.#isSubscribed = false;
    }

    /** @internal */
    becomeRefused(status: number): void {
        this.#isSubscribed = false;
        this.#error = { type: 'AuthError', error: `The server refused ${this.name} with status ${status}.`, status };
        this.#errors.call(this.#error);
    }

    /** @internal */
    becomeIncomplete(gap: SseGap): void {
        this.#gaps.call(gap);
    }

    #soon(callback: () => void): void {
        queueMicrotask(() => {
            try {
                callback();
            } catch (error) {
                report(error);
            }
        });
    }

    #format(event: string): string {
        if (event.startsWith('.') || event.startsWith('\\')) {
            return event.slice(1);
        }
        const { namespace } = this.host;
        return (namespace ? `${namespace}.${event}` : event).replaceAll('.', '\\');
    }

    #unformat(event: string): string {
        const namespace = this.host.namespace ? `${this.host.namespace.replaceAll('.', '\\')}\\` : '';
        return namespace !== '' && event.startsWith(namespace) ? event.slice(namespace.length) : `.${event}`;
    }
}

export class SsePrivateChannel extends SseChannel {}
