// Laravel Echo as the documentation has it; the connector takes the place of Pusher or Reverb.

import Echo from 'laravel-echo';
import { SseConnector } from 'laravel-echo-sse';
import { report } from './connection.js';
import { sendSocketId } from './http.js';
import { user } from './session.js';

export const echo = new Echo({ broadcaster: SseConnector, identity: user.id });

sendSocketId(echo.socketId());

const states = { connected: 'live', disconnected: 'connecting', failed: 'closed' };
const wire = document.querySelector('#wire');
let heard = 0;

function show() {
    const status = echo.connector.connectionStatus();
    report('echo', states[status] ?? status);
    const how = echo.connector.isShared ? 'one stream for all tabs of this browser' : 'a stream of its own';
    wire.textContent = status === 'connected' ? `${how}, ${heard} ${heard === 1 ? 'event' : 'events'} so far` : status;
}

echo.connector.onConnectionChange(show);
show();

/** Counts what comes, for the page to show. */
export function count() {
    heard += 1;
    show();
}
