import { join } from 'node:path';
import { repository } from './paths.mjs';
import { run } from './process.mjs';

/** The npm package of this repository, built; resolves to its directory. */
export async function buildPackage() {
    await run(join(repository, 'tools/js-build'), [], { timeout: 180_000 });
    return join(repository, 'js');
}
