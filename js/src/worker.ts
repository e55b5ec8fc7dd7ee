/** The script of the SharedWorker: one multiplexer for each key, so that what is not to be shared is not. */
import { lockWatcher } from './lock.js';
import { messagePort, type MultiplexerPort, type ToMultiplexer, type ToTab } from './messages.js';
import { Multiplexer } from './multiplexer.js';

const multiplexers = new Map<string, Multiplexer>();

function multiplexerOf(key: string): Multiplexer {
    let multiplexer = multiplexers.get(key);
    if (multiplexer === undefined) {
        multiplexer = new Multiplexer({
            watchLock: lockWatcher(),
            onEmpty: () => {
                multiplexers.get(key)?.close();
                multiplexers.delete(key);
            },
        });
        multiplexers.set(key, multiplexer);
    }
    return multiplexer;
}

function accept(port: MultiplexerPort): void {
    port.listen((message) => {
        if (message.type === 'hello') {
            multiplexerOf(message.key).connect(port, message);
        }
    });
}

globalThis.addEventListener('connect', (event) => {
    for (const port of (event as MessageEvent).ports) {
        accept(messagePort<ToTab, ToMultiplexer>(port));
    }
});
