import { describe, expect, test } from 'vitest';
import { type ParsedEvent, SseParser } from '../src/parser.js';

interface Result {
    events: ParsedEvent[];
    ids: string[];
    retries: number[];
}

function parse(pieces: string[], lastEventId = ''): Result {
    const result: Result = { events: [], ids: [], retries: [] };
    const parser = new SseParser(
        {
            event: (event) => result.events.push(event),
            id: (id) => result.ids.push(id),
            retry: (ms) => result.retries.push(ms),
        },
        lastEventId,
    );
    pieces.forEach((piece) => parser.push(piece));
    return result;
}

const data = (...pieces: string[]) => parse(pieces).events.map((event) => event.data);

describe('lines', () => {
    test.each(['\n', '\r', '\r\n'])('end with %j', (end) => {
        const text = ['event: a', 'data: 1', 'data: 2', '', 'data: 3', '', ''].join(end);
        expect(parse([text]).events).toEqual([
            { type: 'a', data: '1\n2', lastEventId: '' },
            { type: 'message', data: '3', lastEventId: '' },
        ]);
    });

    test('may be cut anywhere, also within CRLF and the BOM', () => {
        const text = '\uFEFFdata: ä€😀\r\ndata:x\r\r\nid: 7\n\r: c\r\ndata\r\n\r\nevent: e\rdata: 1\r\n\r\n';
        const whole = parse([text]);
        expect(whole.events.length).toBeGreaterThan(1);
        expect(parse([...text].flatMap((character) => [character, '']))).toEqual(whole);
        for (let cut = 0; cut <= text.length; cut++) {
            expect(parse([text.slice(0, cut), text.slice(cut)])).toEqual(whole);
        }
    });

    test('CR LF over two pieces is one end, CR CR is two', () => {
        expect(data('data: 1\r', '\ndata: 2\r\n\r\n')).toEqual(['1\n2']);
        expect(data('data: 1\r', '\rdata: 2\r\r')).toEqual(['1', '2']);
    });

    test('one BOM at the beginning is removed, no second and none elsewhere', () => {
        expect(data('\uFEFFdata: 1\n\n')).toEqual(['1']);
        expect(data('\uFEFF', 'data: 1\n\n')).toEqual(['1']);
        expect(data('\uFEFF\uFEFFdata: 1\n\ndata: 2\n\n')).toEqual(['2']);
        expect(data('data: 1\n\n\uFEFFdata: 2\n\n')).toEqual(['1']);
    });

    test('a long line in many pieces takes no time that grows with its square', () => {
        const pieces = Array.from({ length: 20_000 }, () => 'x'.repeat(200));
        const began = performance.now();
        expect(data('data: ', ...pieces, '\n\n')[0]).toHaveLength(4_000_000);
        expect(performance.now() - began).toBeLessThan(2_000);
    });
});

describe('fields', () => {
    test('lose one space after the colon, no more, and no tab', () => {
        expect(data('data:  two\n\n', 'data:none\n\n', 'data:\ttab\n\n', 'data: a: b\n\n')).toEqual([' two', 'none', '\ttab', 'a: b']);
    });

    test('without a colon have an empty value, and empty data is data', () => {
        expect(data('data\n\n', 'data\ndata\n\n', 'data:\n\n')).toEqual(['', '\n', '']);
    });

    test('of other names, in other cases, and comments are ignored', () => {
        expect(data(': c\n', ':\n', 'Data: 1\n', 'foo: 1\n', ' data: 1\n', '\n', 'data: 2\n\n')).toEqual(['2']);
    });

    test('an event without data is none, and its name does not stay', () => {
        expect(parse(['event: a\n\ndata: 1\n\n']).events).toEqual([{ type: 'message', data: '1', lastEventId: '' }]);
    });

    test('what no blank line has ended is discarded, its id too', () => {
        expect(parse(['id: 1\ndata: 1\n\nid: 2\ndata: 2\n'])).toMatchObject({ events: [{ data: '1' }], ids: ['1'] });
        expect(data('data: 1\n\ndata: 2')).toEqual(['1']);
    });
});

describe('id', () => {
    test('stays for the events after it, also over a reconnect', () => {
        expect(parse(['id: 1\ndata: a\n\ndata: b\n\n']).events.map((event) => event.lastEventId)).toEqual(['1', '1']);
        expect(parse(['data: a\n\n'], '5')).toMatchObject({ events: [{ lastEventId: '5' }], ids: [] });
    });

    test('alone moves the position without an event', () => {
        expect(parse(['id: 9\n\n'])).toEqual({ events: [], ids: ['9'], retries: [] });
    });

    test('with NUL is ignored; an empty one forgets the position', () => {
        expect(parse(['id: 1\n\nid: 2\0\n\n']).ids).toEqual(['1']);
        expect(parse(['id: 1\n\nid\n\n']).ids).toEqual(['1', '']);
    });

    test('is told before its event', () => {
        const order: string[] = [];
        const parser = new SseParser({ event: (event) => order.push(event.data), id: (id) => order.push(`id ${id}`) });
        parser.push('id: 1\ndata: a\n\n');
        expect(order).toEqual(['id 1', 'a']);
    });
});

test('retry takes digits only, at once', () => {
    expect(parse(['retry: 100\nretry: 1.5\nretry: -1\nretry:\nretry: 5s\nretry: 0\n']).retries).toEqual([100, 0]);
});
