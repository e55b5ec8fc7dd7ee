// Whether what was sampled is flat, and whether all that was published came.

/** What may rise over the time that is judged, in all. docs/reliability.md says why. */
export const bounds = {
    anon: { title: 'memory of the hub', unit: 'KiB', rise: 512 },
    spare: { title: 'descriptors of the hub that are no streams', unit: '', rise: 16 },
    redisConnections: { title: 'connections to Redis', unit: '', rise: 2 },
    redisKeys: { title: 'keys in Redis', unit: '', rise: 50 },
};

/**
 * What is judged: samples after the warm-up (a fifth of the time), and of a hub that took over those after its own warm-up (a
 * tenth), since a fresh process has to grow to what it needs.
 */
export function judged(samples, seconds) {
    const begun = new Map();
    return samples.filter((sample) => {
        if (!begun.has(sample.hub)) {
            begun.set(sample.hub, sample.t);
        }
        return sample.t >= seconds / 5 && sample.t >= begun.get(sample.hub) + seconds / 10;
    });
}

/**
 * The straight line through a figure, by least squares: one slope for all hubs, and a level for each, so that what a takeover
 * makes free does not hide what grows. Returns { slope per second, level (the mean), lines: [{ hub, from, to, atFrom, atTo }] }.
 */
export function fit(samples, name) {
    const hubs = [...new Set(samples.map((sample) => sample.hub))];
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    let covariance = 0, variance = 0;
    const parts = hubs.map((hub) => {
        const own = samples.filter((sample) => sample.hub === hub);
        const t = mean(own.map((sample) => sample.t)), y = mean(own.map((sample) => sample[name]));
        for (const sample of own) {
            covariance += (sample.t - t) * (sample[name] - y);
            variance += (sample.t - t) ** 2;
        }
        return { hub, t, y, from: own[0].t, to: own.at(-1).t };
    });
    const slope = variance > 0 ? covariance / variance : 0;
    return {
        slope,
        level: mean(samples.map((sample) => sample[name])),
        levels: parts.map((part) => part.y),
        lines: parts.map(({ hub, t, y, from, to }) => ({ hub, from, to, atFrom: y + slope * (from - t), atTo: y + slope * (to - t) })),
    };
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
        const say1 = `${grown >= 0 ? '+' : '−'}${Math.abs(grown).toFixed(1)} ${unit}`.trim();
        say(`${title}: rise of the fitted line`, `${say1} in ${Math.round(span)} s, at ${Math.round(level)} ${unit}`.trim(), `≤ ${rise} ${unit}`.trim(), grown <= rise);
    }
    const { levels } = fit(part, 'spare');
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
