// An nginx of its own beside tools/stack's, for the settings that only one test wants, or to be killed.
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { temporaryDirectory } from './paths.mjs';
import { freePort } from './port.mjs';
import { start, stop } from './process.mjs';
import { waitFor } from './wait.mjs';

const isOpen = (port) =>
    new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
            socket.destroy();
            resolve(true);
        });
        socket.on('error', () => resolve(false));
    });

/**
 * Serves *.php below root by the FPM at that socket. keepConnections: the connections to FPM are used again; locations: more
 * of the server's configuration; port: a free one unless given. Returns { url, port, stop(), kill() }: kill() is SIGKILL to
 * master and workers.
 */
export async function startNginx({ root, fpmSocket, keepConnections = false, locations = '', port = null }) {
    const dir = temporaryDirectory('nginx');
    port ??= await freePort();
    const temp = join(dir, 'temp');
    mkdirSync(temp);
    writeFileSync(
        join(dir, 'nginx.conf'),
        `${process.getuid() === 0 ? 'user root;' : ''}
        daemon off;
        pid ${dir}/pid;
        error_log ${dir}/error.log;
        worker_processes 1;
        events { worker_connections 4096; }
        http {
            access_log off;
            ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${temp};`).join('\n')}
            upstream fpm { server unix:${fpmSocket}; ${keepConnections ? 'keepalive 4;' : ''} }
            server {
                listen 127.0.0.1:${port};
                root ${root};
                location ~ \\.php$ {
                    include /etc/nginx/fastcgi_params;
                    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
                    fastcgi_pass fpm;
                    fastcgi_read_timeout 75s;
                    ${keepConnections ? 'fastcgi_keep_conn on;' : ''}
                }
                ${locations}
            }
        }`,
    );
    const path = `${process.env.PATH}:/usr/sbin:/sbin`;
    const child = start('nginx', ['-e', join(dir, 'error.log'), '-c', join(dir, 'nginx.conf')], { env: { ...process.env, PATH: path } });
    await waitFor(() => child.exitCode !== null || isOpen(port), 10_000, () => `nginx:\n${child.output}`);
    const kill = async () => {
        const gone = once(child, 'exit');
        const workers = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ').filter(Boolean);
        child.kill('SIGKILL'); // first, or it would start new ones
        workers.forEach((pid) => process.kill(Number(pid), 'SIGKILL'));
        await gone;
    };
    return { url: `http://127.0.0.1:${port}`, port, stop: () => stop(child), kill };
}
