// Whether what was sampled is flat, and whether all that was published came.

/** What may rise over the time that is judged, in all. docs/reliability.md says why. */
export const bounds = {
    heap: { title: 'heap of the hub in use', unit: 'KiB', rise: 128 },
    anon: { title: 'memory of the hub', unit: 'KiB', rise: 512 },
    spare: { title: 'descriptors of the hub that are no streams', unit: '', rise: 16 },
    redisConnections: { title: 'connections to Redis', unit: '', rise: 2 },
    redisKeys: { title: 'keys in Redis', unit: '', rise: 50 },
};

/**
 * What is judged: samples of a hub after its warm-up, three tenths of the time. A hub that has taken over begins with streams that
 * take as little as they can, and grows until nearly all of them have been replaced by others once.
 */
export function judged(samples, seconds) {
    const begun = new Map();
    return samples.filter((sample) => {
        if (!begun.has(sample.hub)) {
            begun.set(sample.hub, sample.t);
        }
        return sample.t >= begun.get(sample.hub) + 0.3 * seconds;
    });
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/**
 * The straight line through a figure: the median of the slopes between any two samples of one hub, and a level for each hub. So
 * what a takeover makes free does not hide what grows, and a burst, or a step after which all is flat again, is no rise; what
 * leaks rises between any two. Returns { slope per second, level, levels, lines: [{ from, to, atFrom, atTo }] }.
 */
export function fit(samples, name) {
    const hubs = [...new Set(samples.map((sample) => sample.hub))].map((hub) => samples.filter((sample) => sample.hub === hub));
    const slopes = hubs.flatMap((own) =>
        own.flatMap((from, index) => own.slice(index + 1).map((to) => (to[name] - from[name]) / (to.t - from.t))),
    );
    const slope = median(slopes);
    const lines = hubs.map((own) => {
        const at0 = median(own.map((sample) => sample[name] - slope * sample.t));
        const [from, to] = [own[0].t, own.at(-1).t];
        return { from, to, atFrom: at0 + slope * from, atTo: at0 + slope * to };
    });
    return { slope, level: median(samples.map((sample) => sample[name])), levels: hubs.map((own) => median(own.map((sample) => sample[name]))), lines };
}

/** Each: { what, found, bound, holds }. */
export function verdicts({ samples, seconds, end, takeovers, wantedTakeovers }) {
    const all = [];
    const say = (what, found, bound, holds) => all.push({ what, found, bound, holds });
    const part = judged(samples, seconds);
    const span = part.at(-1).t - part[0].t;
    for (const [name, { title, unit, rise }] of Object.entries(bounds)) {
        const { slope, level } = fit(part, name);
        const grown = slope * span;
        const rose = `${grown >= 0 ? '+' : '−'}${Math.abs(grown).toFixed(1)} ${unit}`.trim();
        say(`${title}: rise of the fitted line`, `${rose} in ${Math.round(span)} s, at ${Math.round(level)} ${unit}`.trim(), `≤ ${rise} ${unit}`.trim(), grown <= rise);
    }
    const { levels } = fit(samples, 'spare');
    const step = Math.max(...levels) - Math.min(...levels);
    say('descriptors that are no streams: from hub to hub', step.toFixed(1), `≤ ${bounds.spare.rise}`, step <= bounds.spare.rise);
    say('takeovers', String(takeovers.length), String(wantedTakeovers), takeovers.length === wantedTakeovers);
    for (const [name, what] of [['lost', 'events lost'], ['doubled', 'events doubled or out of order'], ['gaps', 'gaps'],
        ['malformed', 'events that make no sense'], ['refused', 'streams refused'], ['behind', 'streams without the last event of a topic'],
        ['membersLost', 'presence: streams that ended'], ['listsWrong', 'presence: lists that are wrong']]) {
        say(what, String(end[name]), '0', end[name] === 0);
    }
    say('streams that were cut, and came back', String(end.cut), 'more than 0', end.cut > 0);
    return all;
}
