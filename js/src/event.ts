export interface SseEvent {
    /** The event's name; `message` if it has none. */
    readonly type: string;
    readonly data: string;
    /** The position of the stream at this event. */
    readonly lastEventId: string;
    /** The data, read as JSON. Throws if it is none. */
    json<T = unknown>(): T;
}

export type SseGapReason = 'trimmed' | 'expired' | 'evicted' | 'reset' | 'unknown' | 'disconnected' | 'overflow';

/** Events of a source were lost. */
export interface SseGap {
    readonly source: string;
    readonly reason: SseGapReason;
}

const reasons: readonly string[] = ['trimmed', 'expired', 'evicted', 'reset', 'unknown', 'disconnected', 'overflow'];

/** Whether what was lost was in a log, so that the page has to begin anew; Pub/Sub channels promise nothing. */
export function isLossOfLog(gap: SseGap): boolean {
    return gap.reason !== 'disconnected' && gap.reason !== 'overflow';
}

/** The data of an `event: gap`; null if it is something else of that name. */
export function readGap(data: string): SseGap | null {
    const value = readObject(data);
    if (value === null || typeof value.reason !== 'string') {
        return null;
    }
    return {
        source: typeof value.source === 'string' ? value.source : '',
        reason: (reasons.includes(value.reason) ? value.reason : 'unknown') as SseGapReason,
    };
}

/** A JSON object, or null. */
export function readObject(json: string): Record<string, unknown> | null {
    try {
        const value: unknown = JSON.parse(json);
        return isObject(value) ? value : null;
    } catch {
        return null;
    }
}

export function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
