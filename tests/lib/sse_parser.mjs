// Splits the text of an event stream into frames as the WHATWG specification reads them, comments and bare ids included:
// what EventSource hides is what these tests must see.

export class SseParser {
    #rest = '';
    #lines = [];
    #onFrame;

    constructor(onFrame) {
        this.#onFrame = onFrame;
    }

    push(text) {
        this.#rest += text;
        // Without this a line of 16 MiB would be searched again with every piece of it.
        if (!/[\r\n]/.test(text)) {
            return;
        }
        // A CR at the very end may be the first half of a CRLF.
        const complete = this.#rest.endsWith('\r') ? this.#rest.slice(0, -1) : this.#rest;
        const lines = complete.split(/\r\n|\r|\n/);
        this.#rest = lines.pop() + this.#rest.slice(complete.length);
        for (const line of lines) {
            if (line !== '') {
                this.#lines.push(line);
            } else if (this.#lines.length > 0) {
                this.#onFrame(toFrame(this.#lines));
                this.#lines = [];
            }
        }
    }
}

function toFrame(lines) {
    const frame = { at: performance.now(), data: null, event: 'message', id: null, retry: null, comment: null };
    for (const line of lines) {
        const colon = line.indexOf(':');
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
        if (name === '') {
            frame.comment = frame.comment === null ? value : `${frame.comment}\n${value}`;
        } else if (name === 'data') {
            frame.data = frame.data === null ? value : `${frame.data}\n${value}`;
        } else if (name === 'retry') {
            frame.retry = Number(value);
        } else {
            frame[name] = value;
        }
    }
    return frame;
}
