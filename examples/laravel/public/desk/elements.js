// Small things that several parts of the page need.

export function element(tag, properties = {}, ...children) {
    const { dataset, ...rest } = properties;
    const created = Object.assign(document.createElement(tag), rest);
    Object.assign(created.dataset, dataset);
    created.append(...children);
    return created;
}

const moves = () => !matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Animates, and resolves when it is over; at once for those who want no motion. */
export async function animate(target, frames, duration) {
    if (moves()) {
        await target.animate(frames, { duration, easing: 'cubic-bezier(.2,.7,.2,1)' }).finished.catch(() => {});
    }
}

/** A colour for each person, the same everywhere. */
export function avatar({ id, name }) {
    const made = element('span', { className: 'avatar', textContent: name.slice(0, 1) });
    paintAvatar(made, id);
    return made;
}

function paintAvatar(target, id) {
    target.style.setProperty('--hue', String((id * 67 + 95) % 360));
}

document.querySelectorAll('.avatar[data-person]').forEach((found) => paintAvatar(found, Number(found.dataset.person)));

const units = [['day', 86_400], ['hour', 3_600], ['minute', 60]];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

export function ago(at) {
    const seconds = Math.max(0, (Date.now() - at) / 1000);
    const [unit, size] = units.find(([, length]) => seconds >= length) ?? [];
    return unit ? relative.format(-Math.floor(seconds / size), unit) : seconds < 5 ? 'just now' : `${Math.floor(seconds)} s ago`;
}

/** Texts that grow older. */
export function keepTimes(root) {
    setInterval(() => {
        for (const time of root.querySelectorAll('time[data-at]')) {
            time.textContent = ago(Number(time.dataset.at));
        }
    }, 1000);
}

export function timeOf(at) {
    return element('time', { dateTime: new Date(at).toISOString(), textContent: ago(at), dataset: { at } });
}
