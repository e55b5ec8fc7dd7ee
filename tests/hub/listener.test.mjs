// The hub's HTTP listener, as browsers, proxies, monitoring and strangers meet it.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { Hub, token } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { dial, exchange, numbers, statusOf, unique } from './client.mjs';

const now = () => Math.floor(Date.now() / 1000);
const origin = 'https://app.example';

describe('the listener', { timeout: 120_000 }, () => {
    let redis;
    let hub;
    before(async () => {
        redis = await new RedisServer().start();
        hub = await new Hub(redis, { cors: [origin] }).start();
    });
    afterEach(async () => {
        await closeClients();
        await hub.waitForMetric('clients', 0);
    });
    after(async () => {
        await hub?.stop();
        await redis?.stop();
    });

    const get = (path, options = {}) => fetch(hub.base + path, { signal: AbortSignal.timeout(10_000), ...options });
    const errorOf = async (response) => [response.status, (await response.json()).error];
    const streamPath = (claims, query = {}) => hub.url(claims, query).slice(hub.base.length);

    test('a ticket opens one stream of what it stands for', async () => {
        const [topic, channel] = [unique('topic'), unique('channel')];
        const ticket = await hub.ticket({ follow: topic, subscribe: [channel], heartbeat: 0, retry: 777 });
        const client = await openRaw(`${hub.base}/sse?ticket=${ticket}`);
        assert.equal(client.status, 200);
        assert.equal(client.headers['content-type'], 'text/event-stream; charset=utf-8');
        await client.waitForFrame((frame) => frame.retry === 777);
        await redis.client.subscribed(channel);
        await hub.publish(topic, 'logged');
        await redis.client.command('PUBLISH', channel, 'plain');
        await client.waitForEvents(2);
        assert.deepEqual(client.data, ['logged', 'plain']);
    });

    test('a ticket that was used, forged, cut or has expired is refused with 403', async () => {
        const ticket = await hub.ticket({ subscribe: 'x' });
        await openRaw(`${hub.base}/sse?ticket=${ticket}`);
        const expired = await hub.ticket({ subscribe: 'x' }, 1);
        await sleep(1200);
        for (const wrong of [ticket, 'A'.repeat(43), ticket.slice(1), expired, 'A'.repeat(1000), '*']) {
            assert.deepEqual(await errorOf(await get(`/sse?ticket=${wrong}`)), [403, 'unknown_ticket'], wrong);
        }
    });

    test('a token is taken from the query, the Authorization header and the cookie', async () => {
        const topic = unique('topic');
        const signed = token({ topics: [topic] });
        const clients = await Promise.all([
            openRaw(`${hub.base}/sse?token=${signed}`),
            openRaw(`${hub.base}/sse`, { headers: { Authorization: `Bearer ${signed}` } }),
            openRaw(`${hub.base}/sse`, { headers: { Authorization: `bearer  ${signed}` } }),
            openRaw(`${hub.base}/sse`, { headers: { Cookie: `a=b; sse_token=${signed}; c=d` } }),
        ]);
        await redis.client.subscribed(`sse:${topic}`);
        await hub.publish(topic, 'x');
        for (const client of clients) {
            assert.equal(client.status, 200);
            await client.waitForEvents(1);
        }
    });

    test('a token that is expired, unsigned, signed with another key, without exp or early is refused with 401', async () => {
        const good = token({ topics: 'a' });
        const wrong = {
            expired: token({ topics: 'a', exp: now() - 1 }),
            unsigned: `${token({ topics: 'a' }, { header: { alg: 'none' } }).replace(/[^.]*$/, '')}`,
            'alg none, signed': token({ topics: 'a' }, { header: { alg: 'none' } }),
            'alg HS512': token({ topics: 'a' }, { header: { alg: 'HS512' } }),
            'another key': token({ topics: 'a' }, { key: 'another secret of at least 32 bytes' }),
            'no exp': token({ topics: 'a', exp: undefined }),
            'not yet valid': token({ topics: 'a', nbf: now() + 600 }),
            'a changed signature': good.slice(0, -2) + (good.endsWith('AA') ? 'QQ' : 'AA'),
            'no token at all': 'x',
        };
        for (const [what, bad] of Object.entries(wrong)) {
            const response = await get(`/sse?token=${bad}`);
            assert.deepEqual(await errorOf(response), [401, 'invalid_token'], what);
            assert.match(response.headers.get('www-authenticate'), /^Bearer /, what);
        }
    });

    test('without credentials the answer is 400, with ones that grant nothing 403', async () => {
        assert.deepEqual(await errorOf(await get('/sse')), [400, 'no_credentials']);
        assert.deepEqual(await errorOf(await get(streamPath({ sub: 'ann' }))), [403, 'nothing_granted']);
    });

    test('?topics= takes some of what the token grants, and nothing else', async () => {
        const [one, two] = [unique('one'), unique('two')];
        assert.deepEqual(await errorOf(await get(streamPath({ topics: [one] }, { topics: two }))), [403, 'topic_not_granted']);
        assert.deepEqual(await errorOf(await get(streamPath({ topics: [one] }, { topics: `${one},${two}` }))), [403, 'topic_not_granted']);
        const client = await openRaw(hub.url({ topics: [one, two] }, { topics: two }));
        await redis.client.subscribed(`sse:${two}`);
        await hub.publish(one, 'not asked for');
        await hub.publish(two, 'asked for');
        await client.waitForEvents(1);
        assert.deepEqual(client.data, ['asked for']);
    });

    test('a stream ends properly when its token does', async () => {
        const client = await openRaw(hub.url({ topics: 'a', exp: now() + 2 }));
        const opened = performance.now();
        await client.waitForEnd(6000);
        const seconds = (performance.now() - opened) / 1000;
        assert.ok(seconds > 0.5 && seconds < 4, `${seconds} s`);
        assert.ok(client.isComplete(), 'the body is complete');
    });

    test('a client continues from Last-Event-ID, in the header and in the query', async () => {
        const topic = unique('topic');
        const ids = await hub.publish(topic, ...numbers(1, 10));
        const ways = [{ headers: { 'Last-Event-ID': ids[3] } }, { query: { lastEventId: ids[3] } }, { query: { last_seen_id: ids[3] } }];
        for (const { headers, query } of ways) {
            const client = await openRaw(hub.url({ topics: topic }, query), { headers });
            await client.waitForEvents(6);
            assert.deepEqual(client.data, numbers(5, 6));
            await client.close();
        }
    });

    test('with "*" pages of any origin may read streams, without their visitors\' cookies', async () => {
        const open = await new Hub(redis, { cors: ['*', origin] }).start();
        const headersFor = async (from) => (await openRaw(open.base + streamPath({ topics: 'a' }), { headers: { Origin: from } })).headers;
        const any = await headersFor('https://any.example');
        assert.equal(any['access-control-allow-origin'], 'https://any.example');
        assert.equal(any['access-control-allow-credentials'], undefined);
        assert.equal((await headersFor(origin))['access-control-allow-credentials'], 'true', 'one that is named as well');
        await closeClients();
        await open.stop();
    });

    test('an origin of the list may read streams, another may not, and a preflight says so', async () => {
        const path = streamPath({ topics: 'a' });
        const mine = await openRaw(hub.base + path, { headers: { Origin: origin } });
        assert.equal(mine.headers['access-control-allow-origin'], origin);
        assert.equal(mine.headers['access-control-allow-credentials'], 'true');
        assert.equal(mine.headers.vary, 'Origin');
        const other = await openRaw(hub.base + path, { headers: { Origin: 'https://evil.example' } });
        assert.equal(other.headers['access-control-allow-origin'], undefined);
        assert.equal(other.headers.vary, 'Origin');
        const head = (value) => `OPTIONS /sse HTTP/1.1\r\nHost: hub\r\nOrigin: ${value}\r\nAccess-Control-Request-Method: GET\r\n\r\n`;
        const allowed = await exchange(hub.port, head(origin));
        assert.equal(statusOf(allowed), 204);
        assert.match(allowed, /\r\nAccess-Control-Allow-Headers: .*Last-Event-ID/);
        assert.match(allowed, new RegExp(`\r\nAccess-Control-Allow-Origin: ${origin}\r\n`));
        assert.equal(statusOf(await exchange(hub.port, head('https://evil.example'))), 403);
        const refused = await get('/sse?token=x', { headers: { Origin: origin } });
        assert.equal(refused.headers.get('access-control-allow-origin'), origin, 'a page can read why');
    });

    test('HEAD answers like GET, opens nothing and uses no ticket up', async () => {
        const ticket = await hub.ticket({ subscribe: 'x' });
        for (const path of [streamPath({ topics: 'a' }), `/sse?ticket=${ticket}`]) {
            const answer = await exchange(hub.port, `HEAD ${path} HTTP/1.1\r\nHost: hub\r\n\r\n`);
            assert.equal(statusOf(answer), 200);
            assert.match(answer, /\r\nContent-Type: text\/event-stream; charset=utf-8\r\n/);
            assert.ok(answer.endsWith('\r\n\r\n'), 'no body');
        }
        assert.equal((await hub.metrics()).clients, 0);
        assert.equal((await openRaw(`${hub.base}/sse?ticket=${ticket}`)).status, 200);
    });

    test('other methods are refused with 405 and Allow, other paths with 404, bodies with 413', async () => {
        for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
            const response = await get(streamPath({ topics: 'a' }), { method });
            assert.equal(response.status, 405, method);
            assert.match(response.headers.get('allow'), /GET/);
        }
        for (const path of ['/', '/sse/', '/sse2', '/../sse', '//sse']) {
            assert.equal(statusOf(await exchange(hub.port, `GET ${path} HTTP/1.1\r\nHost: hub\r\n\r\n`)), 404, path);
        }
        const withBody = `GET ${streamPath({ topics: 'a' })} HTTP/1.1\r\nHost: hub\r\nContent-Length: 5\r\n\r\nhello`;
        assert.equal(statusOf(await exchange(hub.port, withBody)), 413);
    });

    test('an HTTP/1.0 client gets the stream without chunks', async () => {
        const topic = unique('topic');
        const socket = await dial(hub.port);
        socket.write(`GET ${streamPath({ topics: topic })} HTTP/1.0\r\n\r\n`);
        await redis.client.subscribed(`sse:${topic}`);
        await hub.publish(topic, 'plain');
        await waitFor(() => socket.received.includes('data: plain\n\n'), 5000, () => socket.received);
        assert.doesNotMatch(socket.received, /Transfer-Encoding/i);
        const [, body] = socket.received.split('\r\n\r\n');
        assert.match(body, /^:\n\n(id: [\d-]+\n\n)?id: [\d-]+\ndata: plain\n\n$|^:\n\n/);
        assert.doesNotMatch(body, /^[0-9a-f]+\r\n/m);
        socket.destroy();
    });

    test('the chunks of a stream are framed as HTTP demands', async () => {
        const topic = unique('topic');
        const socket = await dial(hub.port);
        socket.write(`GET ${streamPath({ topics: topic, exp: now() + 3 })} HTTP/1.1\r\nHost: hub\r\n\r\n`);
        await redis.client.subscribed(`sse:${topic}`);
        const values = [...numbers(1, 20), 'y'.repeat(100_000), 'end'];
        await hub.publish(topic, ...values);
        await waitFor(() => socket.destroyed, 8000, 'the end of the stream');
        let rest = socket.received.slice(socket.received.indexOf('\r\n\r\n') + 4);
        let body = '';
        for (;;) {
            const head = /^([0-9a-f]+)\r\n/.exec(rest);
            assert.ok(head, `a chunk's head, not ${JSON.stringify(rest.slice(0, 40))}`);
            const size = parseInt(head[1], 16);
            const at = head[0].length;
            body += rest.slice(at, at + size);
            assert.equal(rest.slice(at + size, at + size + 2), '\r\n');
            rest = rest.slice(at + size + 2);
            if (size === 0) {
                break;
            }
        }
        assert.equal(rest, '', 'nothing follows the last chunk');
        const data = [...body.matchAll(/^data: (.*)$/gm)].map(([, value]) => value);
        assert.deepEqual(data, values);
    });

    test('Range and conditions are ignored; broken percent encoding is refused with 400', async () => {
        const headers = { Range: 'bytes=10-20', 'If-None-Match': '*', 'If-Modified-Since': new Date().toUTCString() };
        assert.equal((await openRaw(hub.url({ topics: 'a' }), { headers })).status, 200);
        for (const query of ['token=%', 'token=%4', 'ticket=%zz', `token=${token({ topics: 'a' })}&topics=%f`]) {
            const answer = await exchange(hub.port, `GET /sse?${query} HTTP/1.1\r\nHost: hub\r\n\r\n`);
            assert.equal(statusOf(answer), 400, query);
            assert.match(answer, /"bad_query"/);
        }
    });

    test('what is no HTTP is refused with 400, a head of 1 MiB with 431, a long target with 414', async () => {
        const long = `GET /sse HTTP/1.1\r\nHost: hub\r\nX: ${'x'.repeat(1 << 20)}\r\n\r\n`;
        assert.equal(statusOf(await exchange(hub.port, long)), 431);
        assert.equal(statusOf(await exchange(hub.port, `GET /sse?${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`)), 414);
        for (const bytes of ['\r\n\r\n\0\0\0\0', 'GET /sse\r\n\r\n', 'nonsense\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00', 'GET /sse HTTP/1.1\r\nA B: c\r\n\r\n']) {
            assert.equal(statusOf(await exchange(hub.port, bytes)), 400, JSON.stringify(bytes));
        }
    });

    test('a request behind another on one connection starts nothing', async () => {
        const one = 'GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n';
        const answer = await exchange(hub.port, one + `GET ${streamPath({ topics: 'a' })} HTTP/1.1\r\nHost: hub\r\n\r\n`);
        assert.equal(answer.match(/HTTP\/1\.1 /g).length, 1);
        assert.ok(answer.endsWith('ok\n'));
        assert.equal((await hub.metrics()).clients, 0);
        // A stream stays one, whatever its client says after its request.
        const topic = unique('topic');
        const socket = await dial(hub.port);
        socket.write(`GET ${streamPath({ topics: topic })} HTTP/1.1\r\nHost: hub\r\n\r\n${one}${one}`);
        await redis.client.subscribed(`sse:${topic}`);
        await hub.publish(topic, 'x');
        await waitFor(() => socket.received.includes('data: x\n'), 5000, () => socket.received);
        assert.equal(socket.received.match(/HTTP\/1\.1 /g).length, 1);
        socket.destroy();
    });

    test('a head that comes byte by byte is read; one that does not end gets 408', async () => {
        const slow = await dial(hub.port);
        for (const byte of 'GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n') {
            slow.write(byte);
            await sleep(2);
        }
        await waitFor(() => slow.received.endsWith('ok\n'), 2000, () => slow.received);
        const opened = performance.now();
        const answer = await exchange(hub.port, 'GET /healthz HTTP/1.1\r\nHost:', 15_000);
        assert.equal(statusOf(answer), 408);
        assert.ok(performance.now() - opened > 9000, 'it had its time');
    });

    test('two thousand half-open connections do not stop others', async () => {
        const topic = unique('topic');
        const client = await openRaw(hub.url({ topics: topic }));
        await redis.client.subscribed(`sse:${topic}`);
        const sockets = await Promise.all(numbers(1, 2000).map(() => dial(hub.port)));
        sockets.forEach((socket, index) => index % 2 && socket.write('GET /sse?'));
        assert.equal((await get('/healthz')).status, 200);
        assert.equal((await openRaw(hub.url({ topics: topic }))).status, 200);
        await hub.publish(topic, 'x');
        await client.waitForEvents(1);
        sockets.forEach((socket) => socket.destroy());
    });

    test('/metrics is Prometheus text, and its counters say what was done', async () => {
        const response = await get('/metrics');
        assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4');
        const lines = (await response.text()).trimEnd().split('\n');
        const types = {};
        for (const line of lines) {
            const [, kind, name, type] = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line) ?? [];
            if (kind === 'TYPE') {
                types[name] = type;
            } else if (!kind) {
                const sample = /^([a-z_]+)(?:\{address="[^"\\]+"\})? (\d+)$/.exec(line);
                assert.ok(sample, line);
                assert.ok(types[sample[1]] === (sample[1].endsWith('_total') ? 'counter' : 'gauge'), line);
            }
        }
        const before = await hub.metrics();
        const topic = unique('topic');
        const clients = await Promise.all([openRaw(hub.url({ topics: topic, sub: 'ann' })), openRaw(hub.url({ topics: topic, sub: 'bob' }))]);
        await redis.client.subscribed(`sse:${topic}`);
        await hub.publish(topic, '1', '2', '3');
        await Promise.all(clients.map((client) => client.waitForEvents(3)));
        await get('/sse');
        const after = await hub.metrics();
        const grown = (name) => after[name] - before[name];
        assert.equal(after.clients, 2);
        assert.equal(after.users, 2);
        assert.equal(after.channels, 1);
        assert.equal(grown('http_streams'), 2);
        assert.equal(grown('events_in'), 3);
        assert.equal(grown('deliveries'), 6);
        assert.equal(grown('http_refused'), 1);
        assert.ok(grown('bytes_out') > 100);
        await clients[0].close();
        await hub.waitForMetric('disconnected', after.disconnected + 1);
    });

    test('/healthz is always well, /readyz is 503 while Redis is away', async () => {
        assert.equal((await get('/readyz')).status, 200);
        await redis.kill();
        await waitFor(async () => (await get('/readyz')).status === 503, 5000, '503');
        assert.equal((await get('/healthz')).status, 200);
        const client = await openRaw(`${hub.base}/sse?ticket=${'A'.repeat(43)}`);
        assert.equal(client.status, 200, 'a ticket that cannot be asked for is no reason to give up for good');
        await client.waitForFrame((frame) => frame.retry >= 1000, 15_000);
        await redis.start();
        await waitFor(async () => (await get('/readyz')).status === 200, 10_000, '200');
    });

    test('the hub has a log line for what it refused, and none holds a credential', async () => {
        assert.match(hub.log, /http_refused/);
        assert.doesNotMatch(hub.log, /eyJ/);
    });
});
