/**
 * The text of an event stream, read as the WHATWG specification does: https://html.spec.whatwg.org/#parsing-an-event-stream
 *
 * It is fed in pieces of any size. What no blank line has ended is never dispatched.
 */

export interface ParsedEvent {
    type: string;
    data: string;
    lastEventId: string;
}

export interface ParserHandler {
    event(event: ParsedEvent): void;
    /** The position has moved, with or without an event; it is called before the event's own handler. */
    id?(id: string): void;
    retry?(milliseconds: number): void;
}

export class SseParser {
    readonly #handler: ParserHandler;
    #lastEventId: string;
    #id: string;
    #type = '';
    #data: string[] = [];
    /** The pieces of a line whose end has not come: joined once, or a line of many pieces would be copied with each. */
    #line: string[] = [];
    #begun = false;
    /** The last piece ended with CR, whose LF, if it has one, is still to come. */
    #afterCr = false;

    /** @param lastEventId The position the stream was asked to continue from; an event without an id keeps it. */
    constructor(handler: ParserHandler, lastEventId = '') {
        this.#handler = handler;
        this.#lastEventId = this.#id = lastEventId;
    }

    /** @param text Decoded without the decoder's own handling of the BOM (`ignoreBOM`). */
    push(text: string): void {
        if (text === '') {
            return;
        }
        let start = 0;
        if (!this.#begun) {
            this.#begun = true;
            start = text.startsWith('\uFEFF') ? 1 : 0;
        }
        if (this.#afterCr && start < text.length) {
            this.#afterCr = false;
            start += text[start] === '\n' ? 1 : 0;
        }
        const ends = /\r\n|\r|\n/g;
        ends.lastIndex = start;
        for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
            this.#line.push(text.slice(start, end.index));
            start = ends.lastIndex;
            this.#afterCr = end[0] === '\r' && start === text.length;
            const line = this.#line.length === 1 ? (this.#line[0] ?? '') : this.#line.join('');
            this.#line = [];
            this.#readLine(line);
        }
        if (start < text.length) {
            this.#line.push(text.slice(start));
        }
    }

    #readLine(line: string): void {
        if (line === '') {
            this.#dispatch();
            return;
        }
        const colon = line.indexOf(':');
        if (colon === 0) {
            return;
        }
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
        switch (name) {
            case 'event':
                this.#type = value;
                break;
            case 'data':
                this.#data.push(value);
                break;
            case 'id':
                if (!value.includes('\0')) {
                    this.#id = value;
                }
                break;
            case 'retry':
                if (/^[0-9]+$/.test(value)) {
                    this.#handler.retry?.(Number(value));
                }
                break;
        }
    }

    #dispatch(): void {
        const { length } = this.#data;
        const event = { type: this.#type || 'message', data: this.#data.join('\n'), lastEventId: this.#id };
        this.#type = '';
        this.#data = [];
        if (this.#id !== this.#lastEventId) {
            this.#lastEventId = this.#id;
            this.#handler.id?.(this.#id);
        }
        if (length > 0) {
            this.#handler.event(event);
        }
    }
}
