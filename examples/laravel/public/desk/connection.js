// The mark in the header: the worst of what the page's connections are.

const names = { closed: 'signed out', connecting: 'connecting', reconnecting: 'reconnecting', live: 'live' };
const worst = Object.keys(names);

const mark = document.querySelector('#connection');
const states = new Map();

/** Says what has become of one connection: connecting, live, reconnecting, or closed for good. */
export function report(connection, state) {
    states.set(connection, state);
    const shown = worst.find((name) => [...states.values()].includes(name)) ?? 'connecting';
    mark.dataset.state = shown;
    mark.querySelector('.label').textContent = names[shown];
}

/** Reports the states of an SseClient, whose `connecting` is also the wait before a reconnect. */
export function watch(name, client) {
    let wasOpen = false;
    report(name, 'connecting');
    client.onState((state) => {
        wasOpen ||= state === 'open';
        report(name, state === 'open' ? 'live' : state === 'closed' ? 'closed' : wasOpen ? 'reconnecting' : 'connecting');
    });
}
