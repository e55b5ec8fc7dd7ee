// The bell: unread notifications of the database first, then each new one. A notification may come both ways, and with every
// reconnect; its id says what is here already.

import { SseClient } from 'laravel-echo-sse/client';
import { watch } from './connection.js';
import { animate, element, keepTimes, timeOf } from './elements.js';
import { request } from './http.js';

const root = document.querySelector('#bell');
const button = root.querySelector('button.icon');
const badge = root.querySelector('.badge');
const panel = root.querySelector('.panel');
const list = root.querySelector('ol');
const readAll = root.querySelector('[data-read-all]');
const spoken = root.querySelector('[aria-live]');

const shown = new Map();
/** What was read here, and may still come from the log. */
const read = new Set();
/** More than a stream begins with. */
let beyond = 0;
let said = null;

function count() {
    const unread = shown.size + beyond;
    root.dataset.unread = String(unread);
    badge.textContent = unread > 99 ? '99+' : String(unread);
    badge.hidden = unread === 0;
    readAll.disabled = shown.size === 0;
    button.setAttribute('aria-label', `Notifications, ${unread === 0 ? 'none' : unread} unread`);
}

function add(notification) {
    const { id, title, message, at } = notification;
    if (shown.has(id) || read.has(id)) {
        return false;
    }
    const item = element('li', { dataset: { id } },
        element('button', { type: 'button', title: 'Mark as read', onclick: () => markRead([id]) },
            element('strong', { textContent: title }), timeOf(at), element('span', { textContent: message })));
    shown.set(id, item);
    list.prepend(item);
    count();
    return true;
}

function remove(ids) {
    for (const id of ids) {
        read.add(id);
        const item = shown.get(id);
        shown.delete(id);
        item?.remove();
    }
    count();
}

async function markRead(ids) {
    try {
        await request('POST', '/notifications/read', { ids });
        remove(ids);
    } catch (error) {
        say(`Not marked: ${error.message}`);
    }
}

/** Not each of many at once: screen readers would read for minutes. */
function say(text) {
    clearTimeout(said);
    said = setTimeout(() => (spoken.textContent = text), 300);
}

function ring({ title, message }) {
    say(`${title}. ${message}`);
    animate(button, [0, -14, 12, -8, 6, 0].map((angle) => ({ rotate: `${angle}deg` })), 600);
    animate(badge, [{ scale: 1.6 }, { scale: 1 }], 400);
}

const stream = new SseClient('/live/bell/stream');
watch('bell', stream);
/** The rows of the database come between the beginning and the next tick of the log. */
let begun = 0;
stream.on('begin', ({ data }) => {
    // The first time, or after a gap: the list begins anew.
    begun = performance.now();
    shown.forEach((item) => item.remove());
    shown.clear();
    const { unread } = JSON.parse(data);
    beyond = Math.max(0, unread - 100);
    count();
});
stream.on('notification', ({ data }) => {
    const notification = JSON.parse(data);
    if (add(notification) && performance.now() - begun > 500) {
        ring(notification);
    }
});
stream.on('read', ({ data }) => remove(JSON.parse(data).ids));

readAll.addEventListener('click', () => markRead([...shown.keys()]));
button.addEventListener('click', () => toggle(panel.hidden));
root.addEventListener('keydown', ({ key }) => key === 'Escape' && (toggle(false), button.focus()));
document.addEventListener('click', ({ target }) => {
    // A notification that was clicked is not in the document any more.
    if (target.isConnected && !root.contains(target)) {
        toggle(false);
    }
});

function toggle(open) {
    panel.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
}

keepTimes(list);
