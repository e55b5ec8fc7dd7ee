// Streams and workers: one event a second, published by `php artisan desk:measure`; this page asks for nothing.

import { SseClient } from 'laravel-echo-sse/client';
import './session.js';
import './bell.js';
import { watch } from './connection.js';
import { element } from './elements.js';
import { request } from './http.js';
import { Sparkline } from './sparkline.js';

const number = new Intl.NumberFormat('en');
const bytes = (count) => (count >= 1_048_576 ? `${(count / 1_048_576).toFixed(1)} MiB` : `${(count / 1024).toFixed(1)} KiB`);
const formats = { events: (value) => number.format(value), deliveries: (value) => number.format(Math.round(value)), memory: bytes, each: bytes };

const lead = document.querySelector('#lead');
const chart = document.querySelector('#chart');
const streams = new Sparkline(chart, { name: 'streams', least: 4 });
const workers = new Sparkline(chart, { name: 'workers', area: false });
const tiles = [...document.querySelectorAll('.tile')].map((root) => ({
    name: root.dataset.tile,
    value: root.querySelector('.value'),
    line: new Sparkline(root.querySelector('svg'), { least: root.dataset.tile === 'memory' ? 1_048_576 : 1 }),
}));

function figure(name, text) {
    document.querySelector(`[data-figure="${name}"]`).textContent = text;
}

let latest = 0;
let drawing = 0;

function take(line) {
    // A line may come with the beginning and from the log.
    if (line.at <= latest) {
        return;
    }
    latest = line.at;
    streams.push(line.streams);
    workers.push(line.busy);
    for (const tile of tiles) {
        tile.line.push(line[tile.name]);
        tile.value.textContent = line[tile.name] === null ? '–' : formats[tile.name](line[tile.name]);
    }
    lead.classList.add('has-figures');
    lead.dataset.streams = line.streams ?? '';
    lead.dataset.busy = line.busy ?? '';
    figure('streams', line.streams === null ? 'the hub is away' : number.format(line.streams));
    figure('workers', line.busy === null ? `of ${line.workers}` : `${line.busy} of ${line.workers}`);
    figure('inline', line.inlineWorkers === 0 ? 'there is none here' : `${line.inlineBusy} of ${line.inlineWorkers} are busy`);
    // Many lines come at once when the page begins.
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(draw);
}

function draw() {
    const top = streams.highest;
    streams.draw(top);
    workers.draw(top);
    lead.querySelector('.top-mark').textContent = number.format(top);
    tiles.forEach(({ line }) => line.draw());
}

const stream = new SseClient('/live/figures/stream');
watch('figures', stream);
stream.on('figures', ({ data }) => take(JSON.parse(data)));

const all = document.querySelector('#all');
all.addEventListener('toggle', async () => {
    if (all.open) {
        const metrics = await request('GET', '/live/metrics').catch(() => ({}));
        all.querySelector('tbody').replaceChildren(...Object.entries(metrics).map(([name, { value, help }]) =>
            element('tr', {}, element('th', { scope: 'row', textContent: name }), element('td', { textContent: number.format(value) }), element('td', { textContent: help }))));
    }
});
