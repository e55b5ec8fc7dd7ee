// Line breaks, NULs, bytes that are no UTF-8 and very long texts wherever a text of somebody else's goes: frames, headers, Redis'
// protocol, the log, /metrics.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { token } from '../lib/hub.mjs';
import { message, send, tag, type } from '../hub/control.mjs';
import { assertOneAnswer, attack, exchange, stage } from './attacks.mjs';

const request = (target, headers = '') => `GET ${target} HTTP/1.1\r\nHost: hub\r\n${headers}\r\n`;
const origin = 'https://app.example';

/** What is put everywhere, and what none of them may become. */
const texts = {
    LF: 'a\nevent: evil\ndata: evil\n\n',
    CR: 'a\revent: evil\rdata: evil\r\r',
    CRLF: 'a\r\n\r\nevent: evil\r\ndata: evil\r\n\r\n',
    NUL: 'a\0b',
    'U+2028': 'a\u2028event: evil\u2029\u0085',
    BOM: '\ufeffevent: evil',
    'a field': 'id: evil',
    RESP: '\r\n*1\r\n$8\r\nFLUSHALL\r\n',
    'a log line': 'x\n2026-01-01T00:00:00.000Z error evil a=b',
    'a terminal': '\x1b]0;evil\x07\x1b[2J',
    metrics: 'a"} 1\nsse_hub_evil 1\n',
    quotes: '"\'\\`$(evil)',
    long: 'x'.repeat(1024),
};
const isEvil = (frame) => frame.event === 'evil' || frame.id === 'evil' || frame.data === 'evil';

describe('injection', { timeout: 300_000 }, () => {
    const place = stage({ cors: [origin, '*'] });
    const redis = (...words) => place.redis.client.command(...words);

    test('data of events, of topics and of channels', async () => {
        await attack('data', place, { count: 2 * Object.keys(texts).length }, async () => {
            const client = await openRaw(place.hub.url({ topics: 'data', channels: 'plain' }));
            await client.waitForFrame((frame) => frame.id !== null);
            await redis('SET', 'mine', '1');
            const values = Object.values(texts);
            await place.hub.php('$p = new SsePublisher(); foreach (json_decode($argv[1]) as $text) { $p->publish("data", $text); }', JSON.stringify(values));
            for (const text of values) {
                await redis('PUBLISH', 'plain', text);
            }
            await client.waitForEvents(2 * values.length);
            const lines = (text) => text.replace(/\r\n|\r/g, '\n');
            assert.deepEqual(client.data.map(lines).sort(), [...values, ...values].map(lines).sort());
            assert.ok(client.frames.every((frame) => frame.event !== 'evil' && frame.id !== 'evil'));
            assert.equal(await redis('GET', 'mine'), '1', 'nothing was a command');
            await client.close();
        });
    });

    test('bytes that are no UTF-8 go as they are, in one frame, and in JSON become U+FFFD', async () => {
        await attack('invalid UTF-8', place, { count: 5 }, async () => {
            const client = await openRaw(place.hub.url({ channels: 'bytes', broadcast: 'bytes' }));
            await place.redis.client.subscribed('bytes');
            for (const escaped of ['\\xff', '\\xc0\\xaf', '\\xed\\xa0\\x80', '\\xf8\\x88\\x80\\x80\\x80', '\\xe2\\x80']) {
                await redis('EVAL', `redis.call('publish', 'bytes', "a${escaped.replace(/\\x(..)/g, (_, hex) => `\\${parseInt(hex, 16)}`)}b")`, 0);
            }
            await client.waitForEvents(10);
            for (const { event, data } of client.events) {
                if (event === 'broadcast') {
                    assert.match(JSON.parse(data).payload, /^a\ufffd+b$/);
                } else {
                    assert.match(data, /^a\ufffd+b$/, 'as a browser decodes it');
                }
            }
            await client.close();
        });
    });

    test('names of topics, channels, patterns, users and streams', async () => {
        const names = Object.values(texts);
        await attack('names', place, { count: 4 * names.length, logged: /join_refused/ }, async () => {
            for (const name of names) {
                const client = await openRaw(place.hub.url({ topics: name, channels: name, patterns: name, sub: name.slice(0, 200) }, { lastEventId: 'none' }));
                assert.equal(client.status, 200);
                const gap = await client.waitForFrame((frame) => frame.event === 'gap');
                assert.equal(JSON.parse(gap.data).source, name, 'the name is there, as JSON');
                assert.ok(!client.frames.some(isEvil));
                // To a stream that is there, so that the user's name is logged.
                const ticket = await place.hub.ticket({ subscribe: 'x', id: 'injected', user: 'ann' });
                const mine = await openRaw(`${place.hub.base}/sse?ticket=${ticket}`);
                await redis('PUBLISH', 'sse-hub', message(type.join, [[tag.stream, 'injected'], [14, name.slice(0, 200)], [2, name]]).toString('latin1'));
                await mine.close();
                await client.close();
            }
            const metrics = await (await fetch(`${place.hub.base}/metrics`)).text();
            assert.doesNotMatch(metrics, /evil|\{(?!address="[0-9.:]+"\})/, '/metrics has neither names nor labels');
        });
    });

    test('event names and ids: refused where they are published, harmless where they come from Redis', async () => {
        await attack('event names and ids', place, { count: 4 * Object.keys(texts).length }, async () => {
            for (const text of ['a\nb', 'a\rb', 'a\0b']) {
                for (const call of ['publish("t", "x", $text)', 'publishMany([["t", "x", $text]])']) {
                    assert.match(await place.hub.php(`$text = json_decode($argv[1]); try { (new SsePublisher())->${call}; } catch (ValueError $e) { echo "refused"; }`, JSON.stringify(text)), /^refused$/);
                }
            }
            const client = await openRaw(place.hub.url({ topics: 'events' }));
            await client.waitForFrame((frame) => frame.id !== null);
            const now = Date.now() + 1000;
            let at = 0;
            for (const text of Object.values(texts)) {
                // As another producer would: entry, and a signal that says the same.
                await redis('XADD', 'sse:events', `${now}-${++at}`, 'event', text, 'data', 'x');
                await redis('PUBLISH', 'sse:events', `${now}-${at} ${now}-${at - 1}\n${text}\nx`);
            }
            await redis('XADD', 'sse:events', `${now}-${++at}`, 'data', 'last');
            await redis('PUBLISH', 'sse:events', 'look');
            await client.waitForFrame((frame) => frame.data === 'last');
            assert.ok(!client.frames.some((frame) => frame.event === 'evil' || frame.id === 'evil'));
            await client.close();
        });
    });

    test('Last-Event-ID, in the header and in the query', async () => {
        const signed = token({ topics: 'a' });
        const ids = ['%0aevent:%20evil%0adata:%20evil%0a%0a', '%0d%0aid:%20evil', '%00', '1-0%00', '%e2%80%a8', '%ff', '*', '$', '%2b', '-', '0-0', '-1', '18446744073709551615-18446744073709551615', '99999999999999999999-0', `${'9'.repeat(6000)}`, '1-0%20MAXLEN%200'];
        await attack('Last-Event-ID', place, { count: 2 * ids.length }, async () => {
            await Promise.all(ids.map(async (id) => {
                const inQuery = await exchange(place.hub, request(`/sse?token=${signed}&lastEventId=${id}`), { ms: 150 });
                const inHeader = await exchange(place.hub, request(`/sse?token=${signed}`, `Last-Event-ID: ${decodeURIComponent(id.replace(/%(0[0ad]|ff)/g, ''))}\r\n`), { ms: 150 });
                for (const answer of [inQuery, inHeader]) {
                    const { status, body } = assertOneAnswer(answer, id);
                    assert.equal(status, 200, id);
                    assert.doesNotMatch(body, /^(event|data|id): evil/m, id);
                }
            }));
        });
    });

    test('Origin, which goes back in a header', async () => {
        const origins = ['https://evil.example\rSet-Cookie: a', 'null', 'https://app.example\t', 'https://app.example evil', 'https://app.example\x7f', `https://${'a'.repeat(9000)}`, 'https://\xe9vil.example', '*'];
        await attack('Origin', place, { count: origins.length }, async () => {
            for (const from of origins) {
                const answer = await exchange(place.hub, Buffer.from(request('/sse', `Origin: ${from}\r\n`), 'latin1'));
                const { head } = assertOneAnswer(answer, from);
                assert.doesNotMatch(head, /Set-Cookie/);
                const trimmed = from.trim();
                if (/Access-Control-Allow-Credentials/.test(head)) {
                    assert.equal(trimmed, origin, 'cookies are for those that are named');
                }
            }
            const exact = await exchange(place.hub, request('/sse', 'Origin: https://app.example.evil.example\r\n'));
            assert.doesNotMatch(exact, /Allow-Credentials/);
        });
    });

    test('X-Accel-Redirect and Location hold the place that is configured and a ticket, nothing of the request', async () => {
        await attack('redirects', place, { count: 2 }, async () => {
            for (const [redirect, header] of [['/sse-hub', 'X-Accel-Redirect'], ['https://hub.example/sse', 'Location']]) {
                const printed = await place.hub.php(
                    `$s = new SseStream(['redirect' => $argv[1], 'mode' => 'redirect', 'lastEventId' => "1-0", 'user' => "a\\r\\nX: evil"]);
                    echo $s->follow("a\\u{2028}b")->ticket();`,
                    redirect,
                ).catch((error) => String(error));
                assert.match(printed, /^[A-Za-z0-9_-]{43}$|Error/, header);
            }
            for (const bad of ['https://hub.example/\r\nSet-Cookie: a=b', '/sse\nX: y', "/sse\0"]) {
                const printed = await place.hub.php('try { new SseStream(["redirect" => json_decode($argv[1])]); echo "taken"; } catch (ValueError $e) { echo "refused"; }', JSON.stringify(bad));
                assert.equal(printed, 'refused', JSON.stringify(bad));
            }
        });
    });

    test('fields of control messages, which the log and the refusal repeat', async () => {
        await attack('fields of control messages', place, { count: Object.keys(texts).length, counted: { control_refused: Object.keys(texts).length } }, async () => {
            for (const [what, text] of Object.entries(texts)) {
                const { type: answered } = await send(place.hub, message(type.handoff, [[1, text], [tag.transport, 0], [tag.subscribe, 'x']]), '--fd', 'stream');
                assert.equal(answered, type.refused, what);
            }
        });
    });
});
