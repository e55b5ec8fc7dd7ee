// The Node server of the guide's section 7: http, ioredis, one Redis connection, a set of responses for each user.
//
//     node server.mjs PORT REDIS_PORT

import http from 'node:http';
import Redis from 'ioredis';

const [port, redisPort] = process.argv.slice(2).map(Number);
const redis = new Redis(redisPort, '127.0.0.1');
const clients = new Map(); // channel → responses

redis.on('message', (channel, message) => {
    for (const response of clients.get(channel) ?? []) {
        response.write(`data: ${message}\n\n`);
    }
});

const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const channel = searchParams.get('c');
    if (pathname !== '/sse' || !channel) {
        response.writeHead(404).end();
        return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', Connection: 'keep-alive' });
    response.flushHeaders();
    if (!clients.has(channel)) {
        clients.set(channel, new Set());
        redis.subscribe(channel);
    }
    clients.get(channel).add(response);
    request.on('close', () => {
        const others = clients.get(channel);
        others?.delete(response);
        if (others?.size === 0) {
            clients.delete(channel);
            redis.unsubscribe(channel);
        }
    });
});
server.listen(port, '127.0.0.1', 4096);
