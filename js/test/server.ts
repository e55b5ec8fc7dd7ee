// A node server whose answers a test decides, one request after the other.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Exchange {
    request: IncomingMessage;
    response: ServerResponse;
    url: URL;
    body: string;
    /** The head of an event stream. */
    stream(text?: string): void;
    write(text: string | Uint8Array): void;
    /** The connection breaks. */
    cut(): void;
}

export type Handler = (exchange: Exchange, count: number) => void;

export class TestServer {
    readonly exchanges: Exchange[] = [];
    handler: Handler;
    #server = createServer((request, response) => void this.#serve(request, response));
    #sockets = new Set<Socket>();

    constructor(handler: Handler) {
        this.handler = handler;
    }

    static async start(handler: Handler): Promise<TestServer> {
        const server = new TestServer(handler);
        server.#server.on('connection', (socket) => {
            server.#sockets.add(socket);
            socket.on('close', () => server.#sockets.delete(socket));
        });
        server.#server.listen(0, '127.0.0.1');
        await once(server.#server, 'listening');
        return server;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    }

    get last(): Exchange {
        const exchange = this.exchanges.at(-1);
        if (exchange === undefined) {
            throw new Error('no request has come');
        }
        return exchange;
    }

    async stop(): Promise<void> {
        this.#server.close();
        this.#sockets.forEach((socket) => socket.destroy());
        await once(this.#server, 'close');
    }

    async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        let body = '';
        for await (const piece of request) {
            body += String(piece);
        }
        const exchange: Exchange = {
            request,
            response,
            url: new URL(request.url ?? '/', this.url),
            body,
            stream: (text = '') => {
                response.writeHead(200, { 'Content-Type': 'text/event-stream' });
                response.flushHeaders();
                response.write(text);
            },
            write: (text) => void response.write(text),
            cut: () => void request.socket.destroy(),
        };
        this.exchanges.push(exchange);
        this.handler(exchange, this.exchanges.length);
    }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls until the condition is truthy; after ms it throws. */
export async function until<T>(condition: () => T, what: string, ms = 4_000): Promise<NonNullable<T>> {
    const deadline = performance.now() + ms;
    for (;;) {
        const value = condition();
        if (value) {
            return value;
        }
        if (performance.now() > deadline) {
            throw new Error(`waited ${ms} ms in vain for ${what}`);
        }
        await sleep(5);
    }
}
