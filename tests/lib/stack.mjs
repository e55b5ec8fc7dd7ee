// The two servers under test: PHP-FPM behind nginx (tools/stack) and PHP's built-in server.
import { readFileSync } from 'node:fs';
import { extension } from './paths.mjs';
import { freePort } from './port.mjs';
import { start, stop } from './process.mjs';
import { startScript } from './ready.mjs';
import { waitFor } from './wait.mjs';

const pairs = (option, settings) => Object.entries(settings).flatMap(([name, value]) => [option, `${name}=${value}`]);

/** Starts tools/stack. Returns { url, dir, env, stop() }; env is what DIR/env says. */
export function startStack({ root, workers = 8, ini = {}, env = {}, redis = 'own' }) {
    const args = ['--root', root, '--redis', redis, '--extension', extension, '--workers', String(workers)];
    return startScript('tools/stack', [...args, ...pairs('--ini', ini), ...pairs('--env', env)], 30_000);
}

/** Starts `php -S`, with one process unless env has PHP_CLI_SERVER_WORKERS. Returns { url, child, stop() }. */
export async function startPhpServer({ root, ini = {}, env = {} }) {
    const port = await freePort();
    const { PHP_CLI_SERVER_WORKERS, ...inherited } = process.env;
    const settings = { extension, output_buffering: 4096, display_errors: 0, log_errors: 1, ...ini };
    const child = start('php', ['-S', `127.0.0.1:${port}`, '-t', root, ...pairs('-d', settings)], {
        env: { ...inherited, ...env },
    });
    await waitFor(() => /\) started$/m.test(child.output), 10_000, () => `php -S:\n${child.output}`);
    return {
        url: `http://127.0.0.1:${port}`,
        child,
        stop: async () => {
            // Its workers do not end with it.
            const workers = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ').filter(Boolean);
            await stop(child);
            workers.forEach((pid) => process.kill(Number(pid)));
        },
    };
}
