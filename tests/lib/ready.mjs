// The scripts that run servers in the foreground (tools/stack, examples/laravel/serve) have the same manners: they write
// DIR/env, print "ready URL", and stop when their standard input ends.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository, temporaryDirectory } from './paths.mjs';
import { start, stop } from './process.mjs';
import { waitFor } from './wait.mjs';

/** Starts such a script with a directory of its own. Returns { url, dir, env, stop() }; url has no closing slash. */
export async function startScript(script, args, patience) {
    const dir = temporaryDirectory('run');
    const child = start(join(repository, script), ['--stdin', '--dir', dir, ...args]);
    const ready = () => /^ready (\S+)$/m.exec(child.output);
    await waitFor(() => ready() || child.exitCode !== null, patience, () => `${script}:\n${child.output}`);
    if (!ready()) {
        throw new Error(`${script} did not start:\n${child.output}`);
    }
    const lines = readFileSync(join(dir, 'env'), 'utf8').trim().split('\n');
    return {
        url: ready()[1],
        dir,
        env: Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2))),
        stop: () => stop(child, 30_000),
    };
}
