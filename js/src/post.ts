import { isObject, readObject } from './event.js';

/** A change of what an open stream carries. */
export interface StreamChange {
    stream: string;
    join: string[];
    leave: string[];
}

/**
 * - `changed`: joined but for what was refused, with their status
 * - `reopen`: the stream cannot be changed, or is not known: a new one is needed
 * - `refused`: the whole request was, with its status
 */
export type ChangeAnswer =
    | { kind: 'changed'; refused: Record<string, number> }
    | { kind: 'reopen'; refused: Record<string, number> }
    | { kind: 'refused'; status: number };

export interface PostOptions {
    endpoint: string;
    withCredentials: boolean;
    fetch: typeof fetch;
    headers(refresh: boolean): Promise<Record<string, string>>;
    timeout: number;
}

/** Asks for the change; once more with fresh headers if the token had expired. Never rejects: `reopen` is the way out. */
export async function postChange(change: StreamChange, options: PostOptions): Promise<ChangeAnswer> {
    let status = 0;
    for (const refresh of [false, true]) {
        const answer = await post(change, options, refresh);
        if (typeof answer !== 'number') {
            return answer;
        }
        status = answer;
        if (status !== 401 && status !== 419) {
            break;
        }
    }
    return [401, 403, 419].includes(status) ? { kind: 'refused', status } : { kind: 'reopen', refused: {} };
}

async function post(change: StreamChange, options: PostOptions, refresh: boolean): Promise<ChangeAnswer | number> {
    try {
        const response = await options.fetch(options.endpoint, {
            method: 'POST',
            headers: {
                ...(await options.headers(refresh)),
                Accept: 'application/json',
                'Content-Type': 'application/json',
                'X-Requested-With': 'XMLHttpRequest',
            },
            credentials: options.withCredentials ? 'include' : 'same-origin',
            body: JSON.stringify(change),
            signal: AbortSignal.timeout(options.timeout),
        });
        const answer = readObject(await response.text());
        if (response.status !== 200 || answer === null) {
            return response.status;
        }
        return { kind: answer.reconnect === true ? 'reopen' : 'changed', refused: readRefused(answer.refused) };
    } catch {
        return 0;
    }
}

/** `{"private-x":403}`; PHP writes an empty one as `[]`. */
export function readRefused(value: unknown): Record<string, number> {
    const entries = isObject(value) ? Object.entries(value) : [];
    return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

/** A list of strings, whatever else is in it. */
export function readNames(value: unknown): string[] {
    return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}
