// The table of orders. A row comes with the page, from the answer to a click, or by the channel; the revision says which is newer.

import { count, echo } from './echo.js';
import { animate, element, keepTimes, timeOf } from './elements.js';
import { request } from './http.js';

const NEWEST = 12;
const steps = { new: 'Take payment', paid: 'Pack', packed: 'Ship', shipped: 'Deliver' };
const money = new Intl.NumberFormat('id-ID', { style: 'currency', currency: 'IDR', maximumFractionDigits: 0 });

const root = document.querySelector('#orders');
const body = root.querySelector('tbody');
const notice = root.querySelector('.notice');
const rows = new Map();

function cells({ id, customer, items, total, status, at }) {
    const next = steps[status];
    return [
        element('td', { className: 'id', textContent: id }),
        element('td', { className: 'what' }, element('strong', { textContent: customer }), element('span', { textContent: items })),
        element('td', { className: 'total', textContent: money.format(total * 1000) }),
        element('td', { className: 'station' }, element('span', { className: 'pill', textContent: status })),
        element('td', { className: 'when' }, timeOf(at)),
        element('td', { className: 'step' }, next
            ? element('button', { type: 'button', textContent: next, ariaLabel: `${next}: order ${id}`, onclick: ({ target }) => advance(id, target) })
            : element('span', { className: 'done', textContent: 'done' })),
    ];
}

/** Takes a row, unless a newer one is here; says whether it was news. */
function apply(order) {
    const known = rows.get(order.id);
    if (known && known.order.revision >= order.revision) {
        return false;
    }
    const line = known?.line ?? element('tr', { dataset: { id: order.id } });
    const hadFocus = line.contains(document.activeElement);
    line.dataset.status = order.status;
    line.dataset.revision = order.revision;
    line.replaceChildren(...cells(order));
    if (hadFocus) {
        line.querySelector('button')?.focus();
    }
    rows.set(order.id, { order, line });
    if (!known) {
        const older = [...rows.keys()].filter((id) => id < order.id);
        body.insertBefore(line, older.length > 0 ? rows.get(Math.max(...older)).line : null);
        [...rows.keys()].sort((a, b) => b - a).slice(NEWEST).forEach(drop);
    }
    summarise();
    return true;
}

function drop(id) {
    rows.get(id).line.remove();
    rows.delete(id);
}

function flash(order) {
    const line = rows.get(order.id)?.line;
    if (line) {
        line.dataset.flashes = String(Number(line.dataset.flashes ?? 0) + 1);
        animate(line, [{ backgroundColor: 'var(--flash)' }, { backgroundColor: 'var(--flash)', offset: 0.3 }, { backgroundColor: 'transparent' }], 1800);
        animate(line.querySelector('.pill'), [{ scale: 1.18 }, { scale: 1 }], 500);
    }
}

function summarise() {
    root.classList.toggle('is-empty', rows.size === 0);
    for (const station of root.querySelectorAll('.stations li')) {
        const number = [...rows.values()].filter(({ order }) => order.status === station.dataset.status).length;
        station.querySelector('.count').textContent = number;
        station.classList.toggle('has-some', number > 0);
    }
}

async function ask(button, method, path) {
    button.disabled = true;
    try {
        const order = await request(method, path);
        notice.hidden = true;
        if (apply(order)) {
            flash(order);
        }
    } catch (error) {
        notice.textContent = error.message;
        notice.hidden = false;
    } finally {
        button.disabled = false;
    }
}

const advance = (id, button) => ask(button, 'POST', `/live/orders/${id}/advance`);

/** What happened between the page and its channel, or was lost. */
async function refresh() {
    const current = await request('GET', '/live/orders').catch(() => []);
    current.filter(apply).forEach(flash);
}

JSON.parse(document.querySelector('#order-rows').textContent).reverse().forEach(apply);
summarise();
keepTimes(body);
document.querySelector('#take-order').addEventListener('click', ({ currentTarget }) => ask(currentTarget, 'POST', '/live/orders'));

echo.private('orders')
    .listen('.order.changed', (order) => {
        count();
        if (apply(order)) {
            flash(order);
        }
    })
    .subscribed(() => {
        root.dataset.live = '';
        refresh();
    })
    .gap(refresh)
    .error(({ error }) => {
        notice.textContent = error;
        notice.hidden = false;
    });
