// The samples of a soak over time, as one SVG: a panel for each kind of figure.
import { bounds, fit, judged } from './verdict.mjs';

const LEFT = 78, RIGHT = 190, WIDTH = 1000, TOP = 78, TITLE = 30, HEIGHT = 120, GAP = 26, BOTTOM = 46;
const MIB = 1 << 20;

const panels = [
    {
        title: 'Memory of the hub, MiB', fitted: ['heap', 1024],
        series: [['PSS', 'b', (s) => s.pss / 1024], ['its own (anonymous)', 'a', (s) => s.anon / 1024], ['heap in use', 'c', (s) => s.heap / 1024]],
    },
    { title: 'Open descriptors of the hub', series: [['all', 'a', (s) => s.descriptors], ['streams', 'b', (s) => s.streams]] },
    { title: 'Descriptors that are no streams', fitted: ['spare', 1], series: [['all less streams', 'a', (s) => s.spare]] },
    { title: 'Streams that do not read, and that wait in the hub', series: [['do not read', 'b', (s) => s.stalled], ['have a backlog', 'a', (s) => s.backlogs]] },
    { title: 'Bytes that wait for them in the hub, MiB', series: [['backlog', 'a', (s) => s.backlogBytes / MIB]] },
    { title: 'Memory of Redis, MiB', series: [['used_memory', 'a', (s) => s.redisBytes / MIB]] },
    { title: 'Connections to Redis', series: [['clients', 'a', (s) => s.redisConnections]] },
    { title: 'From publishing to those that always read, 99 of 100 events within, ms', series: [['p99', 'a', (s) => s.p99Ms]] },
];

/** Round numbers for an axis, up to `most`. */
function ticks(most, count) {
    const rough = most / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
    return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => index * step);
}

const inWords = (seconds) => (seconds === 60 ? 'A minute' : `${number(seconds / 60)} minutes`);
const number = (value) => value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });

export function plot({ samples, seconds, takeovers }) {
    const x = (t) => LEFT + ((WIDTH - LEFT - RIGHT) * t) / seconds;
    const right = x(seconds);
    const part = judged(samples, seconds);
    const minutes = ticks(seconds / 60, 10);
    let body = '';
    let top = TOP;
    for (const { title, series, fitted } of panels) {
        const most = Math.max(1, ...samples.flatMap((sample) => series.map(([, , of]) => of(sample)))) * 1.08;
        const y = (value) => top + TITLE + HEIGHT - (HEIGHT * value) / most;
        const bottom = y(0);
        body += `<text class="title" x="${LEFT}" y="${top + 18}">${title}</text>\n`;
        body += `<rect class="warm" x="${LEFT}" y="${top + TITLE}" width="${(x(seconds / 5) - LEFT).toFixed(1)}" height="${HEIGHT}"/>\n`;
        for (const tick of ticks(most, 4)) {
            body += `<line class="grid" x1="${LEFT}" y1="${y(tick).toFixed(1)}" x2="${right}" y2="${y(tick).toFixed(1)}"/>`;
            body += `<text class="tick" x="${LEFT - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${number(tick)}</text>\n`;
        }
        for (const minute of minutes) {
            const at = x(minute * 60).toFixed(1);
            body += `<line class="axis" x1="${at}" y1="${bottom}" x2="${at}" y2="${bottom + 4}"/>`;
            body += `<text class="tick" x="${at}" y="${bottom + 17}" text-anchor="middle">${number(minute)}</text>\n`;
        }
        for (const { t } of takeovers) {
            body += `<line class="takeover" x1="${x(t).toFixed(1)}" y1="${top + TITLE}" x2="${x(t).toFixed(1)}" y2="${bottom}"/>\n`;
        }
        let legend = top + TITLE + 12;
        for (const [name, kind, of] of series) {
            const points = samples.map((sample) => `${x(sample.t).toFixed(1)},${y(of(sample)).toFixed(1)}`).join(' ');
            body += `<polyline class="line ${kind}" points="${points}"/>\n`;
            body += `<line class="line ${kind}" x1="${right + 12}" y1="${legend - 4}" x2="${right + 30}" y2="${legend - 4}"/>`;
            body += `<text class="name" x="${right + 36}" y="${legend}">${name}</text>\n`;
            legend += 18;
        }
        if (fitted) {
            const [name, divisor] = fitted;
            const { lines, slope } = fit(part, name);
            for (const { from, to, atFrom, atTo } of lines) {
                body += `<line class="fit" x1="${x(from).toFixed(1)}" y1="${y(atFrom / divisor).toFixed(1)}" x2="${x(to).toFixed(1)}" y2="${y(atTo / divisor).toFixed(1)}"/>\n`;
            }
            const rise = slope * (part.at(-1).t - part[0].t);
            body += `<line class="fit" x1="${right + 12}" y1="${legend - 4}" x2="${right + 30}" y2="${legend - 4}"/>`;
            body += `<text class="name" x="${right + 36}" y="${legend}">fitted: ${rise < 0 ? '−' : '+'}${number(Math.abs(rise))} ${bounds[name].unit}</text>\n`;
        }
        top += TITLE + HEIGHT + GAP;
    }
    const height = top + BOTTOM;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img"
    font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12">
<title>${inWords(seconds)} of a hub with 5,000 streams</title>
<style>
    .page { fill: #ffffff } .head { fill: #1f2328; font-weight: 600; font-size: 16px } .title { fill: #1f2328; font-weight: 600; font-size: 13px }
    .hint, .tick, .name { fill: #57606a } .tick { font-size: 11px } .grid { stroke: #e4e8ec } .axis { stroke: #8c959f }
    .warm { fill: #f3f5f7 } .takeover { stroke: #8250df; stroke-dasharray: 3 3 }
    .line { fill: none; stroke-width: 1.6; stroke-linejoin: round } .a { stroke: #1a7f5a } .b { stroke: #6c8ebf } .c { stroke: #bc6c00 }
    .fit { stroke: #cf222e; stroke-width: 1.6; stroke-dasharray: 7 4 }
</style>
<rect class="page" width="${WIDTH}" height="${height}" rx="8"/>
<text class="head" x="${LEFT}" y="32">${inWords(seconds)} of a hub with 5,000 streams</text>
<text class="hint" x="${LEFT}" y="54">grey: warm-up, not judged; violet: another hub takes over; red: the line through what is judged</text>
${body}<text class="hint" x="${(LEFT + right) / 2}" y="${height - 22}" text-anchor="middle">minutes since all streams were open</text>
</svg>
`;
}
