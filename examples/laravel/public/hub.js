// The strip at the top: what the hub counts, asked for every two seconds, and a button for all streams of the crowd.

const EVERY_MS = 2000;
const SAMPLES = 60;

const strip = document.querySelector('#hub');
const rates = [];
let before = null;

function figure(name, text) {
    strip.querySelector(`[data-figure="${name}"]`).textContent = text;
}

function bytes(count) {
    return count >= 1048576 ? `${(count / 1048576).toFixed(1)} MiB` : `${(count / 1024).toFixed(1)} KiB`;
}

function draw() {
    const highest = Math.max(1, ...rates);
    const points = rates.map((rate, index) => `${(index * 120) / (SAMPLES - 1)},${30 - (28 * rate) / highest}`);
    strip.querySelector('path').setAttribute('d', points.length > 1 ? `M${points.join('L')}` : '');
}

function show(now) {
    figure('streams', now.streams.toLocaleString());
    figure('workers', now.workers);
    figure('memory', now.memory ? bytes(now.memory) : '–');
    // With a few streams the process itself would be counted as theirs.
    figure('each', now.memory && now.streams >= 100 ? bytes(now.memory / now.streams) : '–');
    if (before) {
        const seconds = (now.at - before.at) / 1000;
        const rate = (name) => Math.max(0, (now[name] - before[name]) / seconds);
        figure('events', rate('events').toFixed(1));
        figure('deliveries', Math.round(rate('deliveries')).toLocaleString());
        rates.push(rate('deliveries'));
        rates.splice(0, rates.length - SAMPLES);
        draw();
    }
    before = now;
}

async function ask() {
    try {
        const response = await fetch('/hub', { headers: { Accept: 'application/json' } });
        if (!response.ok) {
            throw new Error(String(response.status));
        }
        show({ ...(await response.json()), at: performance.now() });
        strip.dataset.state = 'live';
    } catch {
        // Without a hub all is served inline; the strip says so by its dashes.
        before = null;
        strip.dataset.state = 'closed';
    }
    // A tab that nobody looks at asks no more.
    setTimeout(() => (document.hidden ? document.addEventListener('visibilitychange', ask, { once: true }) : ask()), EVERY_MS);
}

strip.querySelector('.announce').addEventListener('click', () =>
    post('/trigger/announce', { message: `To all, ${new Date().toLocaleTimeString()}` }).catch((error) => notice(error.message)),
);
ask();
