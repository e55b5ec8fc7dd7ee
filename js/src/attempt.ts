import { SseError } from './errors.js';

/** One request for a stream, from its start to its end. */
export interface Attempt {
    url: string;
    headers: Record<string, string>;
    withCredentials: boolean;
    signal: AbortSignal;
    fetch: typeof fetch;
    /** The answer is an event stream. */
    onOpen(): void;
    /** Bytes have come. `text` may be empty: a character can be in two pieces. */
    onText(text: string): void;
}

export type Outcome =
    | { kind: 'ended' }
    | { kind: 'no-content' }
    | { kind: 'failed'; error: SseError; retryAfter?: number };

/** Never rejects. A stream that breaks after it was open is `failed`, one that the server ends is `ended`. */
export async function attempt(request: Attempt): Promise<Outcome> {
    let response: Response;
    try {
        response = await request.fetch(request.url, {
            headers: { Accept: 'text/event-stream', ...request.headers },
            credentials: request.withCredentials ? 'include' : 'same-origin',
            cache: 'no-store',
            signal: request.signal,
        });
    } catch (cause) {
        return { kind: 'failed', error: new SseError('network', 'The stream could not be reached.', { cause }) };
    }
    const refusal = judge(response);
    if (refusal !== null) {
        // Left unread, the body would keep its connection.
        void response.body?.cancel().catch(() => undefined);
        return refusal;
    }
    request.onOpen();
    try {
        await read(response, request);
    } catch (cause) {
        return { kind: 'failed', error: new SseError('network', 'The connection of the stream broke.', { cause }) };
    }
    return { kind: 'ended' };
}

function judge(response: Response): Outcome | null {
    const { status } = response;
    const type = response.headers.get('Content-Type') ?? '';
    if (status === 200 && /^\s*text\/event-stream\s*(;|$)/i.test(type)) {
        return null;
    }
    if (status === 204) {
        return { kind: 'no-content' };
    }
    if (status === 401 || status === 403 || status === 419) {
        return failed('refused', `The server refused the stream with status ${status}.`, response);
    }
    if (response.redirected && response.ok) {
        return failed('redirected', `The stream was redirected to ${response.url}, which is no event stream.`, response);
    }
    if (status === 200) {
        return failed('content-type', `The answer is no event stream but ${type || 'of no type'}.`, response);
    }
    return failed('status', `The stream was answered with status ${status}.`, response);
}

function failed(code: SseError['code'], message: string, response: Response): Outcome {
    const error = new SseError(code, message, { status: response.status });
    const seconds = Number(response.headers.get('Retry-After') ?? NaN);
    return seconds > 0 ? { kind: 'failed', error, retryAfter: seconds * 1000 } : { kind: 'failed', error };
}

async function read(response: Response, request: Attempt): Promise<void> {
    if (response.body === null) {
        return;
    }
    const reader = response.body.getReader();
    // The parser sees to the BOM: a decoder and a parser would remove two.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for (;;) {
        const { done, value } = await reader.read();
        if (done) {
            return;
        }
        request.onText(decoder.decode(value, { stream: true }));
    }
}
