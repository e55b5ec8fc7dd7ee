// bin/sse-hub: the hub from a file of settings, as the Debian package's unit runs it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { hubStats, secret, token } from '../lib/hub.mjs';
import { extension, repository, temporaryDirectory } from '../lib/paths.mjs';
import { freePort } from '../lib/port.mjs';
import { run, start, stop } from '../lib/process.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { waitFor } from '../lib/wait.mjs';

const php = ['-n', '-d', `extension=${extension}`];
const isLive = (frame) => frame.id !== null;
let redis;

before(async () => {
    redis = await new RedisServer().start();
});
after(() => redis.stop());

/** bin/sse-hub with settings of its own. */
class Command {
    static #opened = [];
    dir = temporaryDirectory('command');
    file = join(this.dir, 'hub.ini');
    control = join(this.dir, 'hub.sock');

    constructor() {
        Command.#opened.push(this);
    }

    static async stopAll() {
        for (const one of Command.#opened.splice(0)) {
            await (one.child && stop(one.child, 15_000));
        }
    }

    /** Lines of the file; what is undefined is left out. */
    write(settings) {
        const lines = Object.entries({ control: this.control, ...settings }).map(([key, value]) => `${key} = ${value}\n`);
        writeFileSync(this.file, lines.join(''));
        return this;
    }

    /** Runs it to its end. */
    async end(...args) {
        const child = start('php', [...php, join(repository, 'bin/sse-hub'), '-c', this.file, ...args]);
        const [code] = await once(child, 'close');
        return { code, output: child.output };
    }

    async start(settings = {}) {
        this.port = await freePort();
        this.settings = { redis: `redis://127.0.0.1:${redis.port}`, listen: `127.0.0.1:${this.port}`, jwtSecret: secret, drain: 2, ...settings };
        this.write(this.settings);
        this.child = start('php', [...php, join(repository, 'bin/sse-hub'), '-c', this.file]);
        await this.says(/ started /);
        await waitFor(async () => (await this.stats()).broker_ready === true, 5000, () => `Redis:\n${this.child.output}`);
        return this;
    }

    stats() {
        return hubStats(this.control);
    }

    says(pattern, ms = 10_000) {
        return waitFor(() => pattern.test(this.child.output), ms, () => `${pattern}:\n${this.child.output}`);
    }

    async open() {
        const client = await openRaw(`http://127.0.0.1:${this.port}/sse?token=${token({ topics: 'orders' })}`);
        await client.waitForFrame(isLive);
        return client;
    }

    publish(value) {
        return run('php', [...php, '-r', '(new SsePublisher($argv[1]))->publish("orders", $argv[2]);', this.settings.redis, value]);
    }

    async exit(signal) {
        const gone = once(this.child, 'exit');
        this.child.kill(signal);
        return (await gone)[0];
    }
}

afterEach(async () => {
    await closeClients();
    await Command.stopAll();
});

describe('settings that are wrong', { timeout: 60_000 }, () => {
    for (const [line, message] of [
        ['maxClients = many', 'maxClients must be a whole number, not "many"'],
        ['maxClients = 0', 'SseHub option "maxClients" must be from 1 to '],
        ['maxclients = 5', 'SseHub has no option "maxclients"; it knows control, '],
        ['maxClients 5', 'line 2 has no "=": maxClients 5'],
        ['drain = soon', 'drain must be a number of seconds, not "soon"'],
        ['overflow = block', 'SseHub option "overflow" must be "cut", "drop-oldest" or "latest"'],
        ['redis = localhost', 'SseHub option "redis": Redis DSN: it does not begin with '],
        ['jwtSecret = short', 'SseHub option "jwtSecret" must have at least 32 bytes'],
        ['cors = https://a.example, b', 'SseHub option "cors" must hold origins '],
        ['cors[] = https://a.example', 'cors must have one value'],
        ['control =', 'SseHub option "control" must not be empty'],
        ['takeover = true', 'takeover is no setting: '],
    ]) {
        test(`${line}: 78, and a sentence that names file and setting`, async () => {
            const command = new Command();
            writeFileSync(command.file, `control = ${command.control}\n${line}\n`);
            const { code, output } = await command.end();
            assert.equal(code, 78, output);
            assert.ok(output.startsWith(`sse-hub: ${command.file}: ${message}`), output);
            assert.ok(!existsSync(command.control));
        });
    }

    test('a file that is not there, or is no file of settings', async () => {
        const command = new Command();
        assert.deepEqual(await command.end(), { code: 78, output: `sse-hub: ${command.file}: there is no such file, or it may not be read\n` });
        writeFileSync(command.file, '[broken\n');
        const { code, output } = await command.end();
        assert.equal(code, 78);
        assert.match(output, /^sse-hub: syntax error, .* of .*hub\.ini\n$/);
    });

    test('a command line that is wrong says how it goes', async () => {
        const { code, output } = await new Command().end('--chek');
        assert.equal(code, 64);
        assert.match(output, /^sse-hub \[-c FILE\]/);
    });

    test('what is commented out or empty is as if it were not there; the file that is shipped is right', async () => {
        const command = new Command();
        writeFileSync(command.file, `; control = /nowhere\n[hub]\ncontrol = ${command.control}\nlisten =\njwtSecret =\ncors =\n`);
        assert.deepEqual(await command.end('--check'), { code: 0, output: `sse-hub: ${command.file} is right\n` });
        command.file = join(repository, 'bin/hub.ini');
        assert.equal((await command.end('--check')).code, 0);
    });

    test('the shipped file names every option of SseHub', async () => {
        const command = new Command();
        // Comment signs away: all of them at once are right too.
        await run('sh', ['-c', `sed -n 's/^;\\([a-zA-Z]* =\\)/\\1/p; /^control/p' "$1" >"$2"`, 'sh', join(repository, 'bin/hub.ini'), command.file]);
        assert.deepEqual(await command.end('--check'), { code: 0, output: `sse-hub: ${command.file} is right\n` });
        const keys = await run('sed', ['-n', 's/ =.*//p', command.file]);
        const known = 'control listen path redis maxClients maxPerUser maxPerIp maxChannels clientBuffer overflow drain jwtSecret cors workers'.split(' ');
        assert.deepEqual(keys.trim().split('\n').sort(), known.sort());
    });
});

describe('a hub from a file', { timeout: 120_000 }, () => {
    test('serves; --stats counts; SIGTERM ends streams and hub, with 0', async () => {
        const command = await new Command().start();
        const client = await command.open();
        await command.publish('one');
        await client.waitForEvents(1);
        const { code, output } = await command.end('--stats');
        assert.equal(code, 0);
        assert.match(output, /^clients +1$/m);
        assert.equal(await command.exit('SIGTERM'), 0, command.child.output);
        await client.waitForEnd();
        assert.ok(client.frames.findLast((frame) => frame.retry !== null).retry > 0);
        assert.ok(!existsSync(command.control));
        assert.equal((await command.end('--stats')).code, 1);
    });

    test('SIGHUP: another hub with the settings of now has the streams', async () => {
        const command = await new Command().start();
        const { pid } = await command.stats();
        const client = await command.open();
        await command.publish('one');
        await client.waitForEvents(1);
        command.write({ ...command.settings, maxClients: 77 });
        command.child.kill('SIGHUP');
        await command.says(/The new hub has taken over\./);
        const after = await command.stats();
        assert.notEqual(after.pid, pid);
        assert.equal(after.clients, 1);
        assert.equal(after.max_clients, 77);
        await command.publish('two');
        await client.waitForEvents(2);
        assert.deepEqual(client.data, ['one', 'two']);
        assert.equal(await command.exit('SIGTERM'), 0, command.child.output);
    });

    test('SIGHUP with settings that are wrong, or cannot be changed: the hub goes on', async () => {
        const command = await new Command().start();
        const { pid } = await command.stats();
        const client = await command.open();
        for (const [settings, sentence] of [
            [{ maxClients: 0 }, /The settings are wrong; the hub goes on/],
            [{ control: `${command.control}2` }, /which needs a restart; the hub goes on/],
            [{ redis: `redis://127.0.0.1:${redis.port}/3` }, /The new hub ended with code 1; the old one goes on/],
        ]) {
            command.write({ ...command.settings, ...settings });
            command.child.kill('SIGHUP');
            await command.says(sentence);
        }
        assert.equal((await command.stats()).pid, pid);
        await command.publish('still');
        await client.waitForEvents(1);
    });

    test('a hub that dies is started again', async () => {
        const command = await new Command().start();
        await waitFor(async () => (await command.stats()).uptime_seconds >= 3, 8000, () => command.child.output);
        process.kill((await command.stats()).pid, 'SIGKILL');
        await command.says(/The hub ended with code 137; starting it again in 1 s\.[^]* started /);
        await command.open();
    });

    test('a hub that never began ends the command', async () => {
        const command = await new Command().start();
        const other = new Command().write({ ...command.settings });
        const { code, output } = await other.end();
        assert.equal(code, 1, output);
        assert.match(output, /^sse-hub: .*127\.0\.0\.1:\d+/m);
    });

    test('memory: is not taken over: SIGHUP ends it and starts another', async () => {
        const command = await new Command().start({ redis: 'memory:' });
        const client = await command.open();
        command.child.kill('SIGHUP');
        await client.waitForEnd();
        await command.says(/Restarting: [^]* started /);
        await command.open();
    });

    test('a second command takes the streams of the first, which ends with 0', async () => {
        const command = await new Command().start();
        const client = await command.open();
        const second = new Command().write({ ...command.settings, control: command.control });
        const gone = once(command.child, 'exit');
        second.child = start('php', [...php, join(repository, 'bin/sse-hub'), '-c', second.file]);
        assert.equal((await gone)[0], 0, command.child.output);
        await command.publish('one');
        await client.waitForEvents(1);
    });
});
