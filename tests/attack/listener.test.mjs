// What a stranger can send to the hub's HTTP listener: requests of two meanings, heads that never end, what is no HTTP at all.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { token } from '../lib/hub.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { assertOneAnswer, attack, dial, dialMany, exchange, many, stage } from './attacks.mjs';

const request = (target, headers = '', method = 'GET') => `${method} ${target} HTTP/1.1\r\nHost: hub\r\n${headers}\r\n`;

describe('the listener under attack', { timeout: 300_000 }, () => {
    const place = stage();
    const stream = () => `/sse?token=${token({ topics: 'smuggled' })}`;

    test('requests of two meanings: one answer, and the end', async () => {
        const hidden = request(stream());
        const head = (headers, body = hidden) => request('/healthz', headers) + body;
        // Of each what it is answered with.
        const tries = {
            'Content-Length and Transfer-Encoding': [head(`Content-Length: ${hidden.length}\r\nTransfer-Encoding: chunked\r\n`, `0\r\n\r\n${hidden}`), 400, 413],
            'Transfer-Encoding and Content-Length': [head(`Transfer-Encoding: chunked\r\nContent-Length: 5\r\n`, `0\r\n\r\n${hidden}`), 400, 413],
            'two Content-Lengths': [head(`Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n`), 400],
            'a list of Content-Lengths': [head(`Content-Length: 0, ${hidden.length}\r\n`), 400],
            'a negative Content-Length': [head('Content-Length: -1\r\n'), 400],
            'a Content-Length with a sign': [head('Content-Length: +0\r\n'), 400],
            'a Content-Length beyond 64 bits': [head('Content-Length: 18446744073709551616\r\n'), 400],
            'a Content-Length of all ones': [head('Content-Length: 18446744073709551615\r\n'), 400, 413],
            'a chunked body': [request(stream(), 'Transfer-Encoding: chunked\r\n') + '5\r\nhello\r\n0\r\n\r\n', 413],
            'an endless chunk': [request(stream(), 'Transfer-Encoding: chunked\r\n') + 'ffffffffffffffff\r\n' + 'x'.repeat(100_000), 413],
            'Transfer-Encoding that is none': [head('Transfer-Encoding: identity\r\n'), 400, 413],
            'Transfer-Encoding with a tab': [head('Transfer-Encoding:\tchunked\r\n', `0\r\n\r\n${hidden}`), 400, 413],
            'Transfer-Encoding with a space before the colon': [head('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${hidden}`), 400],
            'Transfer-Encoding, folded': [head('Transfer-Encoding:\r\n chunked\r\n', `0\r\n\r\n${hidden}`), 400, 413],
            'a header that is folded': [request(stream(), 'Last-Event-ID: 1\r\n 2\r\nContent-Length: 1\r\n'), 400, 413],
            'a folded first header': [`GET /healthz HTTP/1.1\r\n Host: hub\r\n\r\n`, 400],
            'two Hosts': [request('/healthz', 'Host: other\r\n'), 200, 400],
            'a Host of another port': [`GET /healthz HTTP/1.1\r\nHost: evil.example:1\r\n\r\n`, 200],
            'no Host': ['GET /healthz HTTP/1.1\r\n\r\n', 200, 400],
            'an absolute address': [request('http://evil.example/healthz'), 404],
            'an absolute address of a stream': [request(`http://evil.example${stream()}`), 404],
            'an absolute address of another scheme': [request('ftp://evil.example/healthz'), 400, 404],
            'an absolute address without a path': [request('http://evil.example'), 400, 404],
            'an authority as the address': [request('evil.example:80'), 400],
            'an authority with a user': [request('http://a:b@evil.example/healthz'), 400, 404],
            'an address with two slashes': [request('//evil.example/healthz'), 404],
            'chunks with extensions': [request('/healthz', 'Transfer-Encoding: chunked\r\n') + `5;a="\r\n${hidden}"\r\nhello\r\n0\r\n\r\n`, 413],
            'chunks with a trailer': [request('/healthz', 'Transfer-Encoding: chunked\r\n') + `0\r\nContent-Length: 5\r\n\r\n${hidden}`, 413],
            'chunks of a length that overflows': [request('/healthz', 'Transfer-Encoding: chunked\r\n') + `10000000000000005\r\nhello${hidden}`, 413],
            'an asterisk': [request('*', '', 'OPTIONS'), 400, 404],
            'two requests at once': [request('/healthz') + hidden, 200],
            'a thousand requests at once': [request('/healthz').repeat(1000), 200],
            'a bare CR as the end of a line': ['GET /healthz HTTP/1.1\rHost: hub\r\r', 400],
            'bare LFs': ['GET /healthz HTTP/1.1\nHost: hub\n\n', 200, 400],
            'a NUL in the path': [request('/healthz\0'), 400],
            'a NUL in a header': [request('/healthz', 'Cookie: a=\0\r\n'), 400],
            'a NUL in a name': [request('/healthz', 'Coo\0kie: a\r\n'), 400],
            'a line break in the path': ['GET /heal\r\nthz HTTP/1.1\r\n\r\n', 400],
            'bytes beyond ASCII in the path': [request('/\xff\xfe'), 400, 404],
        };
        await attack('requests of two meanings', place, { count: Object.keys(tries).length, counted: { http_refused: 20 }, logged: /http_refused/ }, async () => {
            for (const [what, [bytes, ...wanted]] of Object.entries(tries)) {
                const answer = assertOneAnswer(await exchange(place.hub, Buffer.from(bytes, 'latin1')), what);
                assert.ok(wanted.includes(answer.status), `${what}: ${answer.status}`);
            }
            assert.equal((await place.hub.metrics()).http_streams, 1, 'no stream but the witness began');
        });
    });

    test('percent encoding and paths beside the path: no way to a stream, none out of the server', async () => {
        const signed = token({ topics: 'a' });
        const none = ['/%73se', '/sse%00', '/sse/', '//sse', '/./sse', '/x/../sse', '/sse;x', '/SSE', '/sse\\', '/..%2f..%2fetc/passwd', '/metrics/', '/%2e%2e/metrics'];
        const broken = ['%', '%4', '%zz', '%%', '%u0041', '%0'];
        await attack('percent encoding', place, { count: none.length + 2 * broken.length + 3, counted: { http_refused: 20 } }, async () => {
            for (const path of none) {
                assert.equal(assertOneAnswer(await exchange(place.hub, request(`${path}?token=${signed}`)), path).status, 404, path);
            }
            for (const bad of broken) {
                for (const name of ['ticket', 'token']) {
                    assert.equal(assertOneAnswer(await exchange(place.hub, request(`/sse?${name}=${bad}`)), bad).status, 400, bad);
                }
            }
            // Decoded once, not twice; and a name is not decoded at all.
            for (const [query, status] of [[`token=${signed.replace('.', '%252e')}`, 401], [`%74oken=${signed}`, 400], [`token=${signed}%00`, 401]]) {
                assert.equal(assertOneAnswer(await exchange(place.hub, request(`/sse?${query}`)), query).status, status, query);
            }
        });
    });

    test('what is no HTTP/1 request for anything here', async () => {
        const hello = Buffer.concat([Buffer.from('16030100c8010000c40303', 'hex'), Buffer.alloc(196, 0x41)]);
        const tries = {
            'the HTTP/2 preface': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 400],
            'a TLS ClientHello': [hello, 400],
            'HTTP/0.9': ['GET /healthz\r\n\r\n', 400],
            'HTTP/2.0 in words': ['GET /healthz HTTP/2.0\r\nHost: hub\r\n\r\n', 400],
            'HTTP/9.9': ['GET /healthz HTTP/9.9\r\nHost: hub\r\n\r\n', 400],
            'CONNECT': ['CONNECT 127.0.0.1:6379 HTTP/1.1\r\nHost: 127.0.0.1:6379\r\n\r\n', 400, 404, 405],
            'CONNECT to the path': ['CONNECT /sse HTTP/1.1\r\nHost: hub\r\n\r\n', 400, 405],
            TRACE: [request('/sse', 'Cookie: sse_token=echoed\r\n', 'TRACE'), 405],
            'an upgrade to h2c': [request('/healthz', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'), 200],
            'an upgrade to a WebSocket': [request('/sse', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAA\r\n'), 400],
            'RESP': ['*1\r\n$8\r\nFLUSHALL\r\n', 400],
            'FastCGI': [Buffer.from('0101000100080000000100000000000001040001000000000105000100000000', 'hex'), 400],
            'a proxy\'s PROXY line': ['PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\nGET /healthz HTTP/1.1\r\n\r\n', 400],
            'a method of 10,000 letters': [`${'G'.repeat(10_000)} / HTTP/1.1\r\n\r\n`, 400],
            '64 KiB of chance': [Buffer.from(Array.from({ length: 65536 }, (_, index) => (index * 7919 + 13) & 255)), 400],
        };
        await attack('other protocols', place, { count: Object.keys(tries).length, counted: { http_refused: 13 } }, async () => {
            for (const [what, [bytes, ...wanted]] of Object.entries(tries)) {
                const { status, body } = assertOneAnswer(await exchange(place.hub, bytes), what);
                assert.ok(wanted.includes(status), `${what}: ${status}`);
                assert.doesNotMatch(body, /echoed/, `${what} echoes nothing`);
            }
        });
    });

    test('heads that are too long, and of thousands of lines', async () => {
        const tries = {
            'a header of 64 KiB': [request('/healthz', `X: ${'x'.repeat(65536)}\r\n`), 431],
            'a name of 64 KiB': [request('/healthz', `${'X'.repeat(65536)}: x\r\n`), 431],
            '10,000 headers': [request('/healthz', 'a:b\r\n'.repeat(10_000)), 431],
            '3,000 headers that fit': [request('/healthz', 'a:b\r\n'.repeat(3000)), 200],
            'a thousand Authorizations': [request('/sse', 'Authorization: x\r\n'.repeat(800)), 400],
            'a cookie of 15,000 bytes without an end': [request('/sse', `Cookie: ${'sse_token; '.repeat(1300)}\r\n`), 400],
            'a query of 4,000 members': [request(`/sse?${'a&'.repeat(4000)}`), 400],
            'an address of 9,000 bytes': [request(`/sse?token=${'x'.repeat(9000)}`), 414],
            'empty lines before the request': [`${'\r\n'.repeat(9000)}${request('/healthz')}`, 431],
        };
        const rounds = many(20, 200);
        await attack('long heads', place, { count: Object.keys(tries).length * rounds, grows: 8, counted: { http_refused: 8 * rounds } }, async () => {
            for (let round = 0; round < rounds; round++) {
                await Promise.all(Object.entries(tries).map(async ([what, [bytes, status]]) => {
                    assert.equal(assertOneAnswer(await exchange(place.hub, bytes), what).status, status, what);
                }));
            }
        });
    });

    test('one byte a second, and heads that wait before their last byte: each has 10 s, whatever it sends', async () => {
        const count = many(200, 2000);
        await attack('one byte a second', place, { count, grows: many(6, 40), counted: { http_refused: count }, logged: /http_refused .*error=timeout/ }, async () => {
            const sockets = await dialMany(place.hub, count);
            const bytes = request('/healthz', 'X-Slow: x\r\n');
            const began = performance.now();
            for (let at = 0; sockets.some((socket) => !socket.readableEnded) && at < bytes.length - 1; at++) {
                sockets.forEach((socket) => socket.writable && socket.write(bytes[at]));
                await sleep(1000);
            }
            const seconds = (performance.now() - began) / 1000;
            await waitFor(() => sockets.every((socket) => socket.readableEnded), 5000, 'the end of all');
            sockets.forEach((socket) => assert.match(socket.received, /^HTTP\/1\.1 408 /));
            assert.ok(seconds > 9 && seconds < 15, `${seconds} s`);
        });
    });

    test('bodies that never end, a byte at a time and as fast as they come: answered before them, dropped, and closed', async () => {
        const count = many(100, 1000);
        await attack('endless bodies', place, { count: 2 * count, grows: 8, counted: { http_refused: 2 * count }, logged: /http_refused .*status=4\d\d/ }, async () => {
            const bodies = ['Content-Length: 1000000000\r\n', 'Transfer-Encoding: chunked\r\n'];
            const [slow, fast] = [await dialMany(place.hub, count), await dialMany(place.hub, count)];
            slow.forEach((socket, at) => socket.write(request('/sse', bodies[at % 2], ['GET', 'POST'][at % 2])));
            fast.forEach((socket, at) => socket.write(request('/sse', bodies[at % 2]) + 'x'.repeat(65536)));
            const isOver = (socket) => socket.destroyed;
            const drip = setInterval(() => slow.forEach((socket) => socket.writable && socket.write('x')), 200);
            const flood = setInterval(() => fast.forEach((socket) => socket.writable && socket.writableLength === 0 && socket.write('x'.repeat(16384))), 50);
            try {
                await waitFor(() => [...slow, ...fast].every(isOver), 15_000, () => `the end of all, there are ${[...slow, ...fast].filter((socket) => !isOver(socket)).length}`);
            } finally {
                clearInterval(drip);
                clearInterval(flood);
            }
            [...slow, ...fast].forEach((socket) => assert.match(socket.received, /^HTTP\/1\.1 4(05|13) /));
        });
    });

    test('connections that send nothing at all', async () => {
        const count = many(1000, 4000);
        await attack('connect and send nothing', place, { count, grows: 24, keeps: 24 }, async () => {
            for (let at = 0; at < count; at += 500) {
                await dialMany(place.hub, 500, { reads: false });
                assert.ok((await exchange(place.hub, request('/healthz'))).endsWith('ok\n'));
            }
            // The system keeps them from the hub for a second; then they are among those that are to send a head.
            await sleep(2500);
            assert.ok((await exchange(place.hub, request('/healthz'))).endsWith('ok\n'));
        });
    });

    test('connections that say nothing, by the thousand: the oldest give way to who speaks', async () => {
        const count = many(4500, 9000);
        await attack('connect and say nothing', place, { count, grows: 24, keeps: 24, counted: { http_refused: count - 4300 }, logged: /http_crowded/ }, async () => {
            let answered = 0;
            for (let at = 0; at < count; at += 500) {
                // A byte each, as the system keeps those from the hub that have sent nothing, for a second.
                (await dialMany(place.hub, Math.min(500, count - at), { reads: false })).forEach((socket) => socket.write('G'));
                answered += (await exchange(place.hub, request('/healthz'))).endsWith('ok\n');
            }
            assert.equal(answered, Math.ceil(count / 500), 'others were answered');
        });
    });

    test('clients that close halfway, before and behind their request', async () => {
        const count = many(300, 3000);
        await attack('half-closed', place, { count: 3 * count, grows: 6 }, async () => {
            for (let at = 0; at < count; at += 100) {
                const [silent, cut, whole] = await Promise.all([1, 2, 3].map(() => dialMany(place.hub, 100)));
                silent.forEach((socket) => socket.end());
                cut.forEach((socket) => socket.end('GET /sse?to'));
                whole.forEach((socket) => socket.end(request('/healthz')));
                const all = [...silent, ...cut, ...whole];
                await waitFor(() => all.every((socket) => socket.readableEnded || socket.destroyed), 5000, 'the hub to close them');
                whole.forEach((socket) => assert.ok(socket.received === '' || socket.received.endsWith('ok\n')));
            }
        });
    });

    test('resets: before a request, in the middle of a head, in the middle of a stream', async () => {
        const count = many(300, 5000);
        await attack('resets', place, { count: 4 * count, grows: 8, counted: { http_streams: count } }, async () => {
            for (let at = 0; at < count; at += 50) {
                const [silent, cut, refused, streams] = await Promise.all([1, 2, 3, 4].map(() => dialMany(place.hub, 50)));
                cut.forEach((socket) => socket.write('GET /sse?token=x HTTP/1.1\r\nHost: h'));
                refused.forEach((socket) => socket.write(request('/sse', 'Content-Length: 100\r\n')));
                streams.forEach((socket) => socket.write(request(stream())));
                await waitFor(() => streams.every((socket) => socket.received.includes('\r\n\r\n')), 5000, 'the streams');
                [silent, cut, refused, streams].flat().forEach((socket) => socket.resetAndDestroy());
            }
            await place.hub.waitForMetric('clients', 1);
        });
    });

    test('a stream whose client sends and sends', async () => {
        const megabytes = many(64, 1024);
        await attack('a client that sends into its stream', place, { count: megabytes, grows: 4, latest: 1000 }, async () => {
            const sockets = await dialMany(place.hub, 4);
            sockets.forEach((socket) => socket.write(request(stream())));
            await waitFor(() => sockets.every((socket) => socket.received.includes('\r\n\r\n')), 5000, 'the streams');
            const chunk = Buffer.alloc(1 << 18, 'GET / HTTP/1.1\r\n\r\n');
            for (let at = 0; at < megabytes; at++) {
                await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.write(chunk, resolve))));
            }
            sockets.forEach((socket) => assert.equal(socket.received.match(/HTTP\/1\.1 /g).length, 1, 'what they sent was no request'));
        });
    });

    test('/metrics and refusals as fast as they come', async () => {
        const count = many(1500, 20_000);
        await attack('floods of requests', place, { count: 2 * count, grows: 4, counted: { http_refused: count, http_requests: 2 * count } }, async () => {
            for (let at = 0; at < count; at += 50) {
                await Promise.all(Array.from({ length: 50 }, async () => {
                    assert.match(await exchange(place.hub, request('/metrics')), /sse_hub_clients \d/);
                    await exchange(place.hub, request('/sse?token=e.e.e'));
                }));
            }
        });
    });
});
