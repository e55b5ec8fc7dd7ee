// Who else is on the page: a presence channel. A member is what routes/channels.php returns.

import { count, echo } from './echo.js';
import { animate, avatar, element } from './elements.js';
import { user } from './session.js';

const root = document.querySelector('#people');
const list = root.querySelector('ul');
const items = new Map();

function summarise() {
    root.querySelector('[data-count]').textContent = `${items.size} ${items.size === 1 ? 'person' : 'people'}`;
    root.querySelector('.alone').hidden = items.size !== 1;
    root.dataset.count = String(items.size);
}

function add(member) {
    if (items.has(member.id)) {
        return null;
    }
    const item = element('li', { dataset: { member: member.id } }, avatar(member), element('span', { className: 'name', textContent: member.name }));
    if (member.id === user.id) {
        item.append(element('span', { className: 'you', textContent: 'you' }));
    }
    items.set(member.id, item);
    list.append(item);
    summarise();
    return item;
}

async function remove({ id }) {
    const item = items.get(id);
    items.delete(id);
    summarise();
    if (item) {
        item.dataset.leaving = '';
        await animate(item, [{ opacity: 1 }, { opacity: 0, translate: '0 -6px', scale: 0.92 }], 350);
        item.remove();
    }
}

function refused({ status }) {
    root.querySelector('[data-count]').textContent = status === 501 ? 'needs a Redis' : 'not allowed';
}

echo.join('desk')
    .error(refused)
    .here((members) => members.forEach(add))
    .joining((member) => {
        count();
        const item = add(member);
        if (item) {
            animate(item, [{ opacity: 0, translate: '0 8px', scale: 0.9 }, { opacity: 1, translate: '0 0', scale: 1 }], 450);
        }
    })
    .leaving((member) => {
        count();
        remove(member);
    });
