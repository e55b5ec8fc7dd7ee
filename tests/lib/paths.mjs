import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
/** The sse.so under test; SSE_EXTENSION names that of another build. */
export const extension = process.env.SSE_EXTENSION ?? join(repository, 'build/release/modules/sse.so');
export const sapiDocroot = join(repository, 'tests/sapi/www');

const temporary = [];

/** A directory of its own, short enough for Unix sockets in it; removed when Node exits, unless KEEP_TEST_FILES is set. */
export function temporaryDirectory(name) {
    const dir = mkdtempSync(join(tmpdir(), `sse-${name}-`));
    temporary.push(dir);
    return dir;
}

process.on('exit', () => {
    if (!process.env.KEEP_TEST_FILES) {
        temporary.forEach((dir) => rmSync(dir, { recursive: true, force: true }));
    }
});
