// What a soak leaves beside its samples: plot.svg and report.md.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { MEMBERS, STREAMS, SLOW } from './population.mjs';
import { plot } from './plot.mjs';
import { judged } from './verdict.mjs';

const number = (value, digits = 0) => value.toLocaleString('en-US', { maximumFractionDigits: digits });

/** The hubs' processor time of all the time, in parts of one core: it begins at 0 with each hub. */
function load(samples, name) {
    let ms = 0;
    for (const [index, sample] of samples.entries()) {
        const before = samples[index - 1];
        ms += before?.hub === sample.hub ? sample[name] - before[name] : 0;
    }
    return ms / 10 / (samples.at(-1).t - samples[0].t);
}

export function writeReport(directory, run) {
    const { samples, seconds, end, takeovers, found, every, cycle, replaced } = run;
    writeFileSync(join(directory, 'plot.svg'), plot(run));

    const part = judged(samples, seconds);
    const version = (...command) => /\d+\.\d+\.\d+/.exec(execFileSync(command[0], command.slice(1), { encoding: 'utf8' }))[0];
    const rows = [
        ['heap of the hub in use, MiB', (s) => s.heap / 1024, 1],
        ['memory of the hub, its own, MiB', (s) => s.anon / 1024, 1],
        ['memory of the hub, PSS, MiB', (s) => s.pss / 1024, 1],
        ['open descriptors of the hub', (s) => s.descriptors, 0],
        ['of these no streams', (s) => s.spare, 0],
        ['streams', (s) => s.streams, 0],
        ['topics and channels', (s) => s.topics, 0],
        ['members that are present', (s) => s.presences, 0],
        ['streams with a backlog', (s) => s.backlogs, 0],
        ['bytes that wait for them, MiB', (s) => s.backlogBytes / (1 << 20), 1],
        ['memory of Redis, MiB', (s) => s.redisBytes / (1 << 20), 1],
        ['connections to Redis', (s) => s.redisConnections, 0],
        ['keys in Redis', (s) => s.redisKeys, 0],
        ['to those that always read, 99 of 100 events came within, ms', (s) => s.p99Ms, 1],
    ];
    const table = rows.map(([title, of, digits]) => {
        const values = part.map(of).sort((a, b) => a - b);
        const [least, median, most] = [values[0], values[values.length >> 1], values.at(-1)];
        return `| ${title} | ${number(least, digits)} | ${number(median, digits)} | ${number(most, digits)} |`;
    });
    writeFileSync(join(directory, 'report.md'), `Made by \`tests/soak ${number(seconds / 60, 1)}\` on ${new Date().toISOString().slice(0, 10)}, on a machine with ${availableParallelism()} processors, Redis ${version('redis-server', '--version')}, PHP ${version('php', '-v')}.

${number(STREAMS)} streams and ${MEMBERS} members of presence channels. Each second ${replaced} streams and a member go for good and others come;
every ${number(cycle / 2)} s the ${number(STREAMS / 25)} streams of one page reload; every ${number(cycle)} s ${SLOW} streams read nothing for ${number(cycle / 2)} s; ${takeovers.length} times another
hub takes over (${takeovers.map(({ pauseMs }) => pauseMs).join(', ')} ms). A sample every ${every} s.

![Memory, descriptors and streams over time](plot.svg)

| | |
|---|---:|
| events published | ${number(end.sent)} |
| events received, by all streams | ${number(end.received)} |
| lost | ${end.lost} |
| doubled or out of order | ${end.doubled} |
| gaps announced | ${end.gaps} |
| streams that began | ${number(end.begun)} |
| streams that came back with an id | ${number(end.resumed)} |
| of these cut by the hub for what they did not read | ${number(end.cut)} |
| processor time of the hub, % of a core | ${number(load(samples, 'hubCpuMs'), 1)} |
| time that its loop did not look, ms each second | ${number(load(samples, 'hubLateMs') * 10, 1)} |

| after the warm-up | least | median | most |
|---|---:|---:|---:|
${table.join('\n')}

| verdict | found | bound | |
|---|---:|---:|---|
${found.map(({ what, found: is, bound, holds }) => `| ${what} | ${is} | ${bound} | ${holds ? 'holds' : '**does not hold**'} |`).join('\n')}
`);
}
