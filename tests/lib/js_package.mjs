import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './paths.mjs';

/** The npm package of this repository, built; resolves to its directory. */
export async function buildPackage() {
    const cwd = join(repository, 'js');
    const run = promisify(execFile);
    try {
        await access(join(cwd, 'node_modules/.bin/tsc'));
    } catch {
        await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd });
    }
    await run('npm', ['run', 'build', '--silent'], { cwd });
    return cwd;
}
