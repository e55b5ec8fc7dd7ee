/**
 * Why a stream could not be had.
 *
 * - `refused`: 401, 403 or 419, also after a fresh try; the client has closed itself
 * - `redirected`: to something that is no event stream, such as a login page; the client has closed itself
 * - `status`, `content-type`: an answer that may be another one the next time
 * - `network`: no answer, or the connection broke
 * - `silence`: no byte for too long
 * - `source`: the function given for the address or the headers has thrown
 */
export type SseErrorCode = 'refused' | 'redirected' | 'status' | 'content-type' | 'network' | 'silence' | 'source';

export class SseError extends Error {
    override readonly name = 'SseError';
    readonly code: SseErrorCode;
    /** The status of the answer, if there was one. */
    readonly status: number | undefined;

    constructor(code: SseErrorCode, message: string, options: { status?: number; cause?: unknown } = {}) {
        super(message, options.cause === undefined ? undefined : { cause: options.cause });
        this.code = code;
        this.status = options.status;
    }

    /** Whether trying again is of no use. */
    get final(): boolean {
        return this.code === 'refused' || this.code === 'redirected';
    }
}
