import { messagePort, portPair, type TabPort } from './messages.js';
import { Multiplexer, type MultiplexerOptions } from './multiplexer.js';

/**
 * A port to the SharedWorker of all tabs. null where there are none, or it may not be loaded from there; `failed` is called if
 * its script cannot be loaded.
 */
export function openShared(worker: string | URL | undefined, failed: () => void): TabPort | null {
    if (typeof SharedWorker === 'undefined') {
        return null;
    }
    try {
        // Bundlers know this very expression: they see to the worker's file. Hence nothing in it may be computed.
        const shared =
            worker === undefined
                ? new SharedWorker(new URL('./worker.js', import.meta.url), { type: 'module' })
                : new SharedWorker(worker, { type: 'module' });
        shared.addEventListener('error', failed);
        return messagePort(shared.port);
    } catch {
        return null;
    }
}

/** The same within the page: one connection for this tab. */
export function openLocal(options: MultiplexerOptions = {}): TabPort {
    const [tab, end] = portPair();
    const multiplexer = new Multiplexer({ ...options, linger: 0, ping: 0, onEmpty: () => multiplexer.close() });
    multiplexer.connect(end);
    return tab;
}
