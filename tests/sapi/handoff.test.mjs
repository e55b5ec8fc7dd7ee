// Streams that leave their worker for the hub.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { openCurl, openEventSource, openRaw } from '../lib/clients.mjs';
import { startNginx } from '../lib/nginx.mjs';
import { sapiDocroot } from '../lib/paths.mjs';
import { children, descriptors, run } from '../lib/process.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { onEveryServer, onFpm, onPhpServer, query, unique } from './servers.mjs';

const kibibytes = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const numbers = (from, count) => Array.from({ length: count }, (_, index) => String(from + index));
const isPing = (frame) => frame.event === 'ping';
const quiet = { heartbeat: 0 };

/** The stream's topics are live: what is published from now on, it gets. */
const live = (client) => client.waitForFrame((frame) => frame.id !== null);

async function onlyWorker(server) {
    const [pid, ...more] = (await run('ps', ['-o', 'pid=', '--ppid', server.stack.env.FPM_PID])).trim().split(/\s+/);
    assert.equal(more.length, 0);
    return Number(pid);
}

onEveryServer((server) => {
    const handedOver = async (page) => assert.equal((await server.note(page)).reason, 'handed over');
    // From the very process that the streams came through.
    const hello = async () => (await fetch(`${server.streams}/hello.php`, { signal: AbortSignal.timeout(5000) })).text();

    const ways = { raw: openRaw, curl: openCurl, eventsource: openEventSource };
    for (const [name, open] of Object.entries(ways)) {
        test(`run() returns "handed over", the process serves pages, and events reach the client (${name})`, async () => {
            const [page, channel] = [unique('page'), unique('channel')];
            const client = await open(server.stream('stream.php', { hello: 'begin', subscribe: channel, page }));
            await client.waitForEvents(1);
            await handedOver(page);
            assert.equal(await hello(), 'hello');
            await server.redis.subscribed(channel);
            await server.redis.command('PUBLISH', channel, 'one\ntwo');
            await client.waitForEvents(2);
            assert.deepEqual(client.data, ['begin', 'one\ntwo']);
            await client.close();
        });
    }

    test('who sees the head may publish: the hub writes it when it has attached, with what the page wrote before', async () => {
        const [topic, page] = [unique('topic'), unique('page')];
        await server.redis.command('CLIENT', 'PAUSE', '400');
        const began = performance.now();
        const client = await openRaw(server.stream('stream.php', { hello: 'begin', follow: topic, page }));
        assert.ok(performance.now() - began >= 300, 'it waited for Redis');
        await server.publish(topic, { count: 1 });
        await client.waitForEvents(2);
        assert.deepEqual(client.data, ['begin', '1']);
        await handedOver(page);
        await client.close();
    });

    test('what is too long for the hub to keep is written by the worker', async () => {
        const [topic, page] = [unique('topic'), unique('page')];
        const client = await openRaw(server.stream('begins_big.php', { follow: topic, page }));
        await live(client);
        await server.publish(topic, { count: 1 });
        await client.waitForEvents(2);
        assert.deepEqual(client.data.map((data) => data.length), [200_000, 1]);
        await handedOver(page);
        await client.close();
    });

    test('fifty streams leave one process, and each gets what is published', async () => {
        const topic = unique('topic');
        const url = server.stream('stream.php', { hello: 'begin', follow: topic, options: quiet });
        const streams = await Promise.all(numbers(1, 50).map(() => openRaw(url)));
        await Promise.all(streams.map((stream) => stream.waitForEvents(1)));
        await server.hub.waitForMetric('clients', 50);
        assert.equal(await hello(), 'hello');
        await Promise.all(streams.map(live));
        assert.equal((await server.redis.command('PUBSUB', 'NUMSUB', `sse:${topic}`))[1], 1, 'one subscription for all');
        await server.publish(topic, { count: 20 });
        await Promise.all(streams.map((stream) => stream.waitForEvents(21)));
        for (const stream of streams) {
            assert.deepEqual(stream.data, ['begin', ...numbers(1, 20)]);
        }
        await Promise.all(streams.map((stream) => stream.close()));
        await server.hub.waitForMetric('clients', 0);
    });

    test('the headers are those of a stream, and the page\'s own are kept', async () => {
        const client = await openRaw(server.stream('nested_buffers.php'), { headers: { 'Accept-Encoding': 'gzip' } });
        await client.waitForEvents(1);
        assert.equal(client.headers['content-type'], 'text/event-stream; charset=utf-8');
        assert.equal(client.headers['content-encoding'], undefined);
        assert.equal(client.headers['x-kept'], 'yes');
        await client.close();
    });

    test('patterns and lists are served, each item once', async () => {
        const [prefix, key] = [unique('news'), unique('list')];
        const url = server.stream('stream.php', { psubscribe: `${prefix}.*`, queue: key, options: quiet });
        const client = await openRaw(url);
        await waitFor(async () => (await server.hub.metrics()).clients === 1, 5000, 'the stream');
        await server.redis.publishToSomebody(`${prefix}.a`, 'by pattern');
        await server.redis.command('RPUSH', key, 'item 1', 'item 2');
        await client.waitForEvents(3);
        assert.deepEqual([...client.data].sort(), ['by pattern', 'item 1', 'item 2']);
        assert.deepEqual(client.data.filter((data) => data.startsWith('item')), ['item 1', 'item 2']);
        assert.equal(await server.redis.command('LLEN', key), 0);
        await client.close();
        await server.hub.waitForMetric('clients', 0);
    });

    test('a reload continues after Last-Event-ID: no gap, nothing twice', async () => {
        const topic = unique('topic');
        const url = server.stream('stream.php', { follow: topic, options: quiet });
        let client = await openRaw(url);
        await live(client);
        const seen = [];
        for (let round = 0; round < 6; round++) {
            const publishing = server.publish(topic, { from: round * 50 + 1, count: 50, pause: 500 });
            await client.waitForEvents(10 + round);
            await client.close();
            seen.push(...client.data);
            client = await openRaw(url, { headers: { 'Last-Event-ID': client.lastEventId } });
            await publishing;
        }
        await client.waitForFrame((frame) => frame.data === '300');
        seen.push(...client.data);
        assert.deepEqual(seen, numbers(1, 300));
        await client.close();
    });

    test('heartbeats come as event or comment, and a stream without them is silent', async () => {
        const open = (options) => openRaw(server.stream('stream.php', { hello: 'x', subscribe: 'quiet', options }));
        const beating = await open({ heartbeat: 0.3 });
        const commenting = await open({ heartbeat: 0.3, heartbeatStyle: 'comment' });
        const silent = await open(quiet);
        const isComment = (frame) => frame.comment !== null && frame.data === null;
        await waitFor(() => beating.frames.filter(isPing).length >= 3, 5000, 'three heartbeats');
        await waitFor(() => commenting.frames.filter(isComment).length >= 3, 5000, 'three comments');
        assert.equal(beating.frames.find(isPing).data, '{}');
        assert.ok(!commenting.frames.some(isPing));
        assert.deepEqual(silent.frames.filter((frame) => isPing(frame) || isComment(frame)), []);
        await Promise.all([beating, commenting, silent].map((client) => client.close()));
    });

    test('maxLifetime ends the stream properly, and EventSource comes back', async () => {
        const options = { maxLifetime: 0.5, retry: 50 };
        const url = server.stream('stream.php', { hello: 'again', subscribe: 'quiet', options });
        const client = await openRaw(url);
        const opened = performance.now();
        await client.waitForEnd();
        const seconds = (performance.now() - opened) / 1000;
        assert.ok(seconds > 0.3 && seconds < 3, `${seconds} s`);
        assert.ok(client.isComplete(), 'the body is complete');
        const source = await openEventSource(url);
        await source.waitForEvents(3, 10_000);
        await source.close();
    });

    test('disconnect() ends the streams of that user and of nobody else', async () => {
        const open = (user) => openRaw(server.stream('stream.php', { hello: 'x', subscribe: 'quiet', options: { user } }));
        const [ann, again, bob] = await Promise.all([open('ann'), open('ann'), open('bob')]);
        await server.hub.waitForMetric('clients', 3);
        assert.ok((await server.hub.disconnect('ann')) >= 1);
        await Promise.all([ann.waitForEnd(), again.waitForEnd()]);
        assert.ok(ann.isComplete() && again.isComplete());
        await server.hub.waitForMetric('clients', 1);
        await bob.close();
    });

    for (const [name, open] of Object.entries(ways)) {
        test(`the hub notices within a second that a client left (${name})`, async () => {
            await server.hub.waitForMetric('clients', 0);
            const client = await open(server.stream('stream.php', { hello: 'x', subscribe: 'quiet', options: quiet }));
            await client.waitForEvents(1);
            await server.hub.waitForMetric('clients', 1);
            await client.close();
            await server.hub.waitForMetric('clients', 0, 1000);
        });
    }

    for (const finish of [{}, { finish: 1 }]) {
        const how = finish.finish ? ', after fastcgi_finish_request()' : '';
        test(`what the script writes after run() never reaches the client${how}`, async () => {
            const [page, topic] = [unique('page'), unique('topic')];
            const client = await openRaw(server.stream('after_run.php', { page, follow: topic, ...finish }));
            await client.waitForEvents(1);
            await handedOver(page);
            await server.note(`${page}-shutdown`);
            await live(client);
            await server.publish(topic);
            await client.waitForEvents(2);
            await sleep(200);
            assert.deepEqual(client.data, ['first', '1']);
            assert.equal(client.headers['x-late'], undefined);
            await waitFor(() => /DomainException.*after run/.test(server.log()), 2000, () => `the exception in:\n${server.log()}`);
            assert.equal(await hello(), 'hello');
            await client.close();
        });
    }
}, { workers: 1, hub: {} });

// Callbacks need PHP: such a stream holds its worker as if there were no hub.
onEveryServer((server) => {
    test('every(), onMessage() and history() stay inline, silently', async () => {
        const page = unique('page');
        const counter = await openRaw(server.stream('counter.php', { page }));
        await counter.waitForEnd();
        assert.deepEqual(counter.data, ['1', '2', '3']);
        assert.equal((await server.note(page)).reason, 'stopped');
        const channel = unique('channel');
        const mapped = await openRaw(server.stream('mapped.php', { subscribe: channel }));
        await server.redis.subscribed(channel);
        await server.redis.command('PUBLISH', channel, 'twice');
        await mapped.waitForEvents(2);
        assert.deepEqual(mapped.data, ['one', 'two']);
        await mapped.close();
        const key = unique('list');
        await server.redis.command('RPUSH', key, '{"id":"1"}');
        const history = await openRaw(server.stream('stream.php', { history: key }));
        await history.waitForEvents(1);
        assert.equal((await server.hub.metrics()).handoffs, 0);
        assert.doesNotMatch(server.log(), /sse: /);
        await history.close();
    });

    test('a hub that is full refuses, and the stream is served inline', async () => {
        const held = await openRaw(server.stream('stream.php', { hello: 'x', subscribe: 'quiet' }));
        await server.hub.waitForMetric('clients', 1);
        const page = unique('page');
        const client = await openRaw(server.stream('stream.php', { hello: 'inline', subscribe: 'quiet', page }));
        await client.waitForEvents(1);
        assert.deepEqual(client.data, ['inline']);
        await client.close();
        assert.equal((await server.note(page)).reason, 'disconnected');
        assert.match(server.log(), /refuses a connection: the hub is full/);
        assert.equal((await server.hub.metrics()).handoffs_refused, 1);
        await held.close();
    });

    test('a stream of another Redis is refused by the hub and served inline', async () => {
        const [page, channel] = [unique('page'), unique('channel')];
        const options = { redis: `redis://127.0.0.1:${server.redisServer.port}/3` };
        await server.hub.waitForMetric('clients', 0);
        const client = await openRaw(server.stream('stream.php', { subscribe: channel, page, options }));
        await server.redis.subscribed(channel);
        await server.redis.command('PUBLISH', channel, 'x');
        await client.waitForEvents(1);
        await client.close();
        assert.equal((await server.note(page)).reason, 'disconnected');
        assert.match(server.log(), /the hub serves .*, the stream asks for .*\/3/);
    });
}, { workers: 2, forks: 2, hub: { maxClients: 1 } });

onEveryServer((server, kind) => {
    test('without its hub a stream is served inline, and the log says so once in each process', async () => {
        await server.hub.kill();
        for (let attempt = 0; attempt < 5; attempt++) {
            const page = unique('page');
            const client = await openRaw(server.stream('stream.php', { hello: 'inline', subscribe: 'quiet', page }));
            await client.waitForEvents(1);
            await client.close();
            assert.equal((await server.note(page)).reason, 'disconnected');
        }
        const lines = server.log().match(/.*sse: .*/g);
        const processes = new Set(lines.map((line) => (kind === 'php -S' ? /^\[\d+\]/.exec(line)[0] : 'the only worker')));
        assert.equal(lines.length, processes.size, server.log());
        assert.ok(lines.every((line) => line.includes('sse: no hub at ')), server.log());
    });

    test('a stream that its worker holds for want of a hub ends after 10 s, so that its client comes back', async () => {
        const page = unique('page');
        const began = performance.now();
        const client = await openRaw(server.stream('stream.php', { hello: 'x', subscribe: 'quiet', page }));
        await waitFor(async () => performance.now() - began > 9_000 && client.isComplete(), 14_000, 'the end');
        assert.equal((await server.note(page)).reason, 'expired');
    });

    test('streams are handed over again once the hub is back', async () => {
        await server.hub.start();
        const page = unique('page');
        const client = await openRaw(server.stream('stream.php', { hello: 'x', subscribe: 'quiet', page }));
        await client.waitForEvents(1);
        assert.equal((await server.note(page)).reason, 'handed over');
        await client.close();
    });
}, { workers: 1, forks: 2, hub: {} });

onPhpServer((server) => {
    test('without its hub, php -S with its one process goes on answering: clients get 200, a retry and the end', async () => {
        await server.hub.kill();
        const page = unique('page');
        const began = performance.now();
        const client = await openRaw(server.stream('stream.php', { hello: 'x', subscribe: 'quiet', page }));
        await client.waitForEnd();
        assert.equal(client.status, 200);
        assert.ok((await client.waitForFrame((frame) => frame.retry !== null)).retry >= 1000);
        assert.equal((await server.note(page)).reason, 'turned away');
        assert.ok(performance.now() - began < 5000, 'it is not held for 10 s');
        assert.match(server.log(), /sse: no hub at .* clients are sent away, as php -S has one process/);

        await server.hub.start();
        const again = await openRaw(server.stream('stream.php', { hello: 'there', subscribe: 'quiet' }));
        await again.waitForEvents(1);
        assert.equal((await server.hub.metrics()).clients, 1);
        await again.close();
    });
}, { workers: 1, hub: {} });

onFpm((server) => {
    test('sse.max_inline: the next client gets 200, a retry and the end; a killed worker gives its place back', async () => {
        await server.hub.kill();
        const url = server.stream('stream.php', { hello: 'x', subscribe: 'quiet', options: quiet });
        const inline = [await openRaw(url), await openRaw(url)];
        await Promise.all(inline.map((client) => client.waitForEvents(1)));
        const waits = new Set();
        for (let attempt = 0; attempt < 3; attempt++) {
            const page = unique('page');
            const client = await openRaw(server.stream('stream.php', { hello: 'x', subscribe: 'quiet', page }));
            assert.equal(client.status, 200);
            assert.equal(client.headers['content-type'], 'text/event-stream; charset=utf-8');
            await client.waitForEnd();
            assert.ok(client.isComplete());
            waits.add((await client.waitForFrame((frame) => frame.retry !== null)).retry);
            assert.equal((await server.note(page)).reason, 'turned away');
        }
        assert.ok(waits.size > 1, 'the waits differ from each other');
        assert.ok([...waits].every((ms) => ms >= 1000), [...waits].join());

        // A stream that another page holds inline by its callbacks does not count, and is not turned away.
        const counter = await openRaw(server.stream('counter.php'));
        await counter.waitForEnd();
        assert.deepEqual(counter.data, ['1', '2', '3']);

        const page = unique('pid');
        const holders = (await run('ps', ['-o', 'pid=', '--ppid', server.stack.env.FPM_PID])).trim().split(/\s+/).map(Number);
        const busy = holders.filter((pid) => descriptors(pid) > Math.min(...holders.map(descriptors)));
        assert.ok(busy.length >= 2, `${busy.length} workers hold a stream`);
        const before = new Set(inline);
        process.kill(busy[0], 'SIGKILL');
        await Promise.race([...before].map((client) => client.closed));
        await waitFor(async () => {
            const client = await openRaw(server.stream('stream.php', { hello: 'again', subscribe: 'quiet', page }));
            await client.waitForEvents(1, 500).catch(() => {});
            return client.data.includes('again');
        }, 10_000, 'the place of the killed worker');
        // It was killed on purpose, by the test.
        server.assertHealthy = () => {};
    });
}, { workers: 5, hub: {}, ini: { 'sse.max_inline': 2 } });

onFpm((server) => {
    test('a hub that hangs costs one client its connection; then streams are inline at once, until it answers again', async () => {
        const open = async (page) => {
            const client = await openRaw(server.stream('stream.php', { hello: 'x', subscribe: 'c', page, options: { maxLifetime: 0.5 } }));
            await client.closed;
            return client;
        };
        process.kill(server.hub.pid, 'SIGSTOP');
        try {
            const [lost, kept] = [unique('page'), unique('page')];
            await open(lost);
            assert.equal((await server.note(lost)).reason, 'disconnected');
            assert.match(server.log(), /did not answer within 1000 ms/);
            const began = Date.now();
            const client = await open(kept);
            assert.deepEqual(client.data, ['x']);
            assert.ok(client.isComplete());
            assert.equal((await server.note(kept)).reason, 'expired');
            assert.ok(Date.now() - began < 1000, `${Date.now() - began} ms for a stream of 500`);
        } finally {
            process.kill(server.hub.pid, 'SIGCONT');
        }
        const reasons = [];
        await waitFor(async () => {
            const page = unique('page');
            await open(page);
            reasons.push((await server.note(page)).reason);
            return reasons.at(-1) === 'handed over';
        }, 10_000, () => `a stream that is handed over: ${reasons}`);
        assert.equal(reasons[0], 'expired', 'the hub is left alone for a while');
    });
}, { workers: 2, hub: {} });

onFpm((server) => {
    test('one worker hands 2,000 streams over in a row; its memory and descriptors stay as they are, and the hub\'s too', async () => {
        const worker = await onlyWorker(server);
        const url = server.stream('stream.php', { hello: 'x', subscribe: 'short', options: { maxLifetime: 0.001 } });
        const agent = new http.Agent({ keepAlive: true, maxSockets: 20 });
        const one = async () => {
            const client = await openRaw(url, { agent });
            await client.closed;
            assert.deepEqual(client.data, ['x']);
        };
        const serve = async (count) => {
            for (let done = 0; done < count; done += 20) {
                await Promise.all(numbers(1, 20).map(one));
            }
            await server.hub.waitForMetric('clients', 0);
            await sleep(200);
        };
        await serve(500);
        const figures = () => [kibibytes(worker), kibibytes(server.hub.pid), descriptors(worker), descriptors(server.hub.pid)];
        const [worker1, hub1, ...files] = figures();
        await serve(1500);
        const [worker2, hub2, ...filesAfter] = figures();
        assert.equal(await onlyWorker(server), worker, 'the worker is still the same process');
        assert.deepEqual(filesAfter, files);
        assert.ok(worker2 - worker1 <= 512, `the worker has grown from ${worker1} to ${worker2} KiB`);
        assert.ok(hub2 - hub1 <= 512, `the hub has grown from ${hub1} to ${hub2} KiB`);
        assert.equal((await server.hub.metrics()).handoffs, 2000);
        agent.destroy();
    });
}, { workers: 1, hub: {} });

// An idle connection that nginx keeps holds the only worker, so that here all pages come through this nginx.
onFpm((server) => {
    let keeping;
    before(async () => {
        keeping = await startNginx({ root: sapiDocroot, fpmSocket: server.stack.env.FPM_SOCKET, keepConnections: true });
    });
    after(() => keeping?.stop());

    test('with fastcgi_keep_conn, streams leave the worker and pages are served on new connections', async () => {
        const topic = unique('topic');
        const page = unique('page');
        const url = keeping.url + query('stream.php', { hello: 'begin', follow: topic, page, options: quiet });
        const hello = async () => (await fetch(`${keeping.url}/hello.php`, { signal: AbortSignal.timeout(5000) })).text();
        assert.equal(await hello(), 'hello');
        const streams = await Promise.all(numbers(1, 20).map(() => openRaw(url)));
        await Promise.all(streams.map((stream) => stream.waitForEvents(1)));
        assert.equal(await hello(), 'hello');
        await Promise.all(streams.map(live));
        await server.hub.publish(topic, ...numbers(1, 5));
        for (const stream of streams) {
            await stream.waitForEvents(6);
            assert.deepEqual(stream.data, ['begin', ...numbers(1, 5)]);
        }
        assert.ok(server.notes(page).every((note) => note.reason === 'handed over'));
        await Promise.all(streams.map((stream) => stream.close()));
        await server.hub.waitForMetric('clients', 0, 1000);
    });

    test('with fastcgi_keep_conn, a stream that ends leaves nothing behind for the page after it', async () => {
        const url = keeping.url + query('stream.php', { hello: 'x', subscribe: 'quiet', options: { maxLifetime: 0.05 } });
        for (let round = 0; round < 30; round++) {
            const client = await openRaw(url);
            await client.waitForEnd();
            assert.ok(client.isComplete(), 'the body is complete');
            await sleep(20);
            assert.equal(await (await fetch(`${keeping.url}/hello.php`)).text(), 'hello');
        }
    });
}, { workers: 1, hub: {} });

onFpm((server) => {
    const open = async (options = {}) => {
        const page = unique('page');
        const client = await openRaw(server.stream('stream.php', { hello: 'x', follow: 'several', page, options }));
        await client.waitForEvents(1);
        assert.equal((await server.note(page)).reason, 'handed over');
        return client;
    };

    test('of several processes each gets its share, and one that does not listen is left out', async () => {
        const before = children(server.hub.pid).map(descriptors);
        const clients = [];
        for (let n = 0; n < 24; n++) {
            clients.push(await open());
        }
        const held = children(server.hub.pid).map((pid, index) => descriptors(pid) - before[index]);
        assert.ok(held.every((count) => count >= 3), `of 24 streams the processes hold ${held}`);
        await server.publish('several', { count: 3 });
        await Promise.all(clients.map((client) => client.waitForEvents(4)));

        process.kill(children(server.hub.pid)[0], 'SIGKILL');
        for (let n = 0; n < 5; n++) { // the other one has room for 30
            await open();
        }
        assert.doesNotMatch(server.log(), /streaming inline/);
        await Promise.all(clients.map((client) => client.close()));
    });

    test('one that is full refuses, and the next one is asked', async () => {
        await server.hub.waitForMetric('clients', 0);
        await server.hub.waitForMetric('processes', 2, 10_000);
        const clients = [];
        for (let n = 0; n < 60; n++) {
            clients.push(await open()); // 30 in each at most, so that chance alone would not do
        }
        assert.equal((await server.hub.metrics()).clients, 60);
    });
}, { workers: 2, hub: { workers: 2, maxClients: 60 } });

// To the hub's own listener.
onFpm((server) => {
    let redirecting;
    before(async () => {
        redirecting = await startNginx({
            root: sapiDocroot,
            fpmSocket: server.stack.env.FPM_SOCKET,
            locations: `location = /hub { internal; proxy_pass http://127.0.0.1:${server.hub.port}/sse; proxy_http_version 1.1;
                proxy_set_header Connection ""; proxy_read_timeout 75s; }`,
        });
    });
    after(() => redirecting?.stop());

    test('mode redirect behind nginx: X-Accel-Redirect leads to the hub, and the client does not see it', async () => {
        const [topic, page] = [unique('topic'), unique('page')];
        const options = { mode: 'redirect', redirect: '/hub', heartbeat: 0 };
        const url = redirecting.url + query('stream.php', { hello: 'begin', follow: topic, page, options });
        const client = await openRaw(url);
        assert.equal(client.status, 200);
        assert.equal(client.headers['x-accel-redirect'], undefined);
        assert.equal(client.headers['content-type'], 'text/event-stream; charset=utf-8');
        await live(client);
        assert.equal((await server.note(page)).reason, 'redirected');
        await server.publish(topic, { count: 3 });
        await client.waitForEvents(4);
        assert.deepEqual(client.data, ['begin', '1', '2', '3']);
        await client.close();
        await server.hub.waitForMetric('clients', 0, 1000);
    });

    test('mode redirect to a URL: 307 with a ticket, which EventSource follows, and comes back through the page', async () => {
        const [topic, page] = [unique('topic'), unique('page')];
        const options = { mode: 'redirect', redirect: `${server.hub.base}/sse`, maxLifetime: 1, retry: 50, heartbeat: 0 };
        const url = server.stream('stream.php', { follow: topic, page, options });
        const answer = await fetch(url, { redirect: 'manual' });
        assert.equal(answer.status, 307);
        assert.match(answer.headers.get('location'), /\/sse\?ticket=[\w-]{43}$/);
        const source = await openEventSource(url);
        await waitFor(async () => (await server.hub.metrics()).clients >= 1, 5000, 'the stream');
        await sleep(200);
        for (let number = 1; number <= 30; number++) {
            await server.publish(topic, { from: number });
            await sleep(80);
        }
        await source.waitForEvents(30, 10_000);
        assert.deepEqual(source.data, numbers(1, 30));
        assert.ok(server.notes(page).length >= 3, 'the page was asked again');
        await source.close();
    });

    test('mode redirect while the hub is down streams inline, as a client that is sent to nobody gives up', async () => {
        await server.hub.kill();
        const page = unique('page');
        const options = { mode: 'redirect', redirect: `${server.hub.base}/sse` };
        const client = await openRaw(server.stream('stream.php', { hello: 'x', subscribe: 'q', page, options }));
        await client.waitForEvents(1);
        await client.close();
        assert.equal((await server.note(page)).reason, 'disconnected');
        assert.match(server.log(), /sse: no hub at /);
    });
}, { workers: 1, hub: {} });
