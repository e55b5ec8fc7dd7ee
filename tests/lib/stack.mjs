// The two servers under test: PHP-FPM behind nginx (tools/stack) and PHP's built-in server.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { extension, repository, temporaryDirectory } from './paths.mjs';
import { freePort } from './port.mjs';
import { RedisClient } from './redis.mjs';
import { start, stop } from './process.mjs';
import { waitFor } from './wait.mjs';

const pairs = (option, settings) => Object.entries(settings).flatMap(([name, value]) => [option, `${name}=${value}`]);

/**
 * Starts tools/stack. Returns { url, dir, env, redis, stop() }; url has no closing slash, env is what DIR/env says, redis a
 * client of the stack's own Redis.
 */
export async function startStack({ root, front, workers, ini = {}, env = {}, redis = 'own' }) {
	const dir = temporaryDirectory('stack');
	const args = ['--stdin', '--dir', dir, '--root', root, '--redis', redis, '--extension', extension];
	if (front !== undefined) {
		args.push('--front', front);
	}
	if (workers !== undefined) {
		args.push('--workers', String(workers));
	}
	const child = start(join(repository, 'tools/stack'), [...args, ...pairs('--ini', ini), ...pairs('--env', env)]);
	const ready = () => /^ready (\S+)$/m.exec(child.output);
	await waitFor(() => ready() || child.exitCode !== null, 30_000, () => `tools/stack:\n${child.output}`);
	if (!ready()) {
		throw new Error(`tools/stack did not start:\n${child.output}`);
	}
	const file = readFileSync(join(dir, 'env'), 'utf8');
	const values = Object.fromEntries(file.trim().split('\n').map((line) => line.split(/=(.*)/s, 2)));
	const client = redis === 'own' ? new RedisClient(values.REDIS_PORT) : null;
	return {
		url: ready()[1],
		dir,
		env: values,
		redis: client,
		stop: async () => {
			client?.close();
			await stop(child, 15_000);
		},
	};
}

/** Starts `php -S` with one process. Returns { url, child, stop() }. */
export async function startPhpServer({ root, ini = {}, env = {} }) {
	const port = await freePort();
	const { PHP_CLI_SERVER_WORKERS, ...inherited } = process.env;
	const child = start(
		'php',
		['-S', `127.0.0.1:${port}`, '-t', root, ...pairs('-d', { extension, output_buffering: 4096, display_errors: 0, log_errors: 1, ...ini })],
		{ env: { ...inherited, ...env } },
	);
	await waitFor(() => /\) started$/m.test(child.output), 10_000, () => `php -S:\n${child.output}`);
	return { url: `http://127.0.0.1:${port}`, child, stop: () => stop(child) };
}
