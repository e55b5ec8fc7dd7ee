// The page with Echo that a browser gets, and the files of the package that it loads, as they are.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the page does, as a module: its options come in the query, so that a test says how it connects. */
export const script = (echo, connector) => `
import Echo from '${echo}';
import { SseConnector } from '${connector}';

const { channels = ['orders'], token, without, ...options } = JSON.parse(new URLSearchParams(location.search).get('with') ?? '{}');
if (without) {
    delete window[without];
}
if (token) {
    document.querySelector('meta[name=csrf-token]').content = token;
}
window.heard = [];
window.echo = new Echo({ broadcaster: SseConnector, ...options });
for (const name of channels) {
    window.echo.channel(name)
        .listen('.said', (data) => window.heard.push(data))
        .subscribed(() => (window.live = true))
        .gap(({ reason }) => window.heard.push(reason));
}
`;

export const page = (tag) =>
    `<!doctype html><meta charset="utf-8"><meta name="csrf-token" content="token"><title>Echo</title>${tag}`;

/** Answers for paths: the page at /, Echo at /echo.js, the package below /js/. */
export async function pageFiles(packageDirectory) {
    const files = new Map([['/', { type: 'text/html', body: page(`<script type="module">${script('/echo.js', '/js/index.js')}</script>`) }]]);
    await addFiles(files, '/js/', join(packageDirectory, 'dist'));
    files.set('/echo.js', await javascript(join(packageDirectory, 'node_modules/laravel-echo/dist/echo.js')));
    files.set('/elsewhere', { type: 'text/html', body: page('') });
    return files;
}

/** The scripts of a directory, below a path. */
export async function addFiles(files, prefix, directory) {
    for (const name of await readdir(directory)) {
        if (name.endsWith('.js')) {
            files.set(prefix + name, await javascript(join(directory, name)));
        }
    }
}

const javascript = async (file) => ({ type: 'text/javascript', body: await readFile(file) });
