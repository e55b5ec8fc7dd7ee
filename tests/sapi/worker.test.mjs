import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { descriptors, run } from '../lib/process.mjs';
import { sleep } from '../lib/wait.mjs';
import { onFpm } from './servers.mjs';

const kibibytes = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

onFpm((server) => {
    const onlyWorker = async () => {
        const [pid, ...more] = (await run('ps', ['-o', 'pid=', '--ppid', server.stack.env.FPM_PID])).trim().split(/\s+/);
        assert.equal(more.length, 0);
        return pid;
    };

    async function serve(count, parameters) {
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        for (let request = 0; request < count; request++) {
            const client = await openRaw(server.stream('short.php', parameters), { agent });
            await client.closed;
            assert.deepEqual(client.data, ['{"short":true}']);
        }
        agent.destroy();
    }

    for (const [name, parameters, count] of [['one event', {}, 10_000], ['a subscription', { redis: 1 }, 4_000]]) {
        test(`one worker serves ${count} streams with ${name}; its memory and descriptors stay as they are`, async () => {
            const worker = await onlyWorker();
            await serve(1000, parameters);
            // A client has the end of a stream a moment before the worker has closed its connection.
            await sleep(200);
            const [memory, files] = [kibibytes(worker), descriptors(worker)];
            await serve(count - 1000, parameters);
            await sleep(200);
            assert.equal(await onlyWorker(), worker, 'the worker is still the same process');
            assert.ok(kibibytes(worker) - memory <= 512, `grown from ${memory} to ${kibibytes(worker)} KiB`);
            assert.equal(descriptors(worker), files);
        });
    }
}, { workers: 1 });
