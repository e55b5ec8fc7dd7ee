#!/usr/bin/env node
// deploy/ and docs/operation.md say what the code does: each metric of the dashboard and the alert rules is one that the hub
// exports, each runbook_url leads to a heading, and the table of log events has the name, level and fields of each that the hub
// logs, and no other. One line per violation; fails when there is one.
//
//     check-operation.mjs [root of the checkout]
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = process.argv[2] ?? fileURLToPath(new URL('../..', import.meta.url));
const text = (path) => readFileSync(join(root, path), 'utf8');
const violations = [];
const check = (isWell, violation) => isWell || violations.push(violation);
const all = (string, pattern) => [...string.matchAll(pattern)].map((match) => match[1]);

// The metrics

/** What /metrics has, with _total behind counters: the rows of stats.c and the counters of stats.h. */
function exportedMetrics() {
    const rows = [...text('src/hub/stats.c').matchAll(/\{ "([a-z_]+)", "[^"]*", (FIGURE_[A-Z]+),/g)];
    const names = [
        ...rows.map(([, name, type]) => (type === 'FIGURE_COUNTER' ? `${name}_total` : name)),
        ...all(text('src/hub/stats.h'), /^\tX\(([a-z_]+),/gm).map((name) => `${name}_total`),
    ];
    check(names.length > 30, `${names.length} metrics were found in src/hub/stats.c and stats.h: this script reads them wrongly`);
    return new Set(names.map((name) => `sse_hub_${name}`));
}

const exported = exportedMetrics();

function checkExpression(where, expression) {
    // What is in braces are labels and their values. A name that is neither called nor a keyword is a metric's.
    const bare = expression.replace(/\{[^}]*\}/g, '').replace(/\[[^\]]*\]/g, '');
    const names = all(bare, /\b([a-zA-Z_:][a-zA-Z0-9_:]*)\b(?!\s*\()/g).filter((name) => !/^(and|or|unless|on|by|offset)$/.test(name));
    check(names.length > 0, `${where}: "${expression}" names no metric`);
    for (const name of names) {
        check(name === 'up' || exported.has(name), `${where}: the hub exports no ${name}`);
    }
    return names;
}

/** Whether a text is sentences that tell what to do, and not empty. */
const isSentence = (value) => typeof value === 'string' && /^\S.*\.$/.test(value.trim());

function checkDashboard(path) {
    const dashboard = JSON.parse(text(path));
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');
    const shown = new Set();
    check(new Set(dashboard.panels.map(({ id }) => id)).size === dashboard.panels.length, `${path}: two panels have the same id`);
    for (const panel of panels) {
        const where = `${path}: ${panel.title}`;
        check(isSentence(panel.description), `${where}: no description`);
        check(panel.fieldConfig.defaults.unit, `${where}: no unit`);
        for (const target of panel.targets) {
            check(target.datasource.uid === '${datasource}', `${where}: another data source than the variable`);
            checkExpression(where, target.expr).forEach((name) => shown.add(name));
        }
    }
    for (const { expr } of dashboard.annotations.list) {
        checkExpression(`${path}: annotation`, expr);
    }
    for (const { definition } of dashboard.templating.list) {
        all(definition ?? '', /\b(sse_\w+)/g).forEach((name) => check(exported.has(name), `${path}: the hub exports no ${name}`));
    }
    exported.forEach((name) => check(shown.has(name), `${path}: no panel shows ${name}`));
}

/** The anchors of a page's headings, as GitHub makes them. */
const anchors = (page) =>
    all(text(page), /^##* *(.+)$/gm).map((heading) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));

function checkAlerts(path) {
    const rules = parse(text(path)).groups.flatMap((group) => group.rules);
    check(rules.length > 0, `${path}: no rules`);
    for (const { alert, expr, labels, annotations } of rules) {
        const where = `${path}: ${alert}`;
        checkExpression(where, expr);
        check(['critical', 'warning'].includes(labels?.severity), `${where}: no severity`);
        check(annotations?.summary, `${where}: no summary`);
        check(isSentence(annotations?.description), `${where}: no description`);
        const [, page, anchor] = /^https:\/\/example\.org\/sse\/(docs\/[a-z]+\.md)#(.+)$/.exec(annotations?.runbook_url) ?? [];
        check(page && anchors(page).includes(anchor), `${where}: there is no ${annotations?.runbook_url}`);
    }
}

// The log

/** A call: seldom or not, level, event, fields. */
const CALL = /\bhub_log(_seldom)?\(([\w>-]+),\s*([^;]*?),\s*((?:NULL|fields|\((?:const )?hub_field\[\])[^;]*)\);/g;
/** The key of a field. */
const KEY = /(?:HUB_(?:TEXT|STR|NUMBER)\(|\? )"([a-z_]+)"/g;

/** The strings of an argument, or of what is passed for it to the function around the call. */
function eventsOf(argument, source, before) {
    const names = all(argument, /"([a-z_]+)"/g);
    if (names.length > 0) {
        return names;
    }
    const around = all(before, /^[a-z].*?(\w+)\([^;{]*\)\n\{/gm).at(-1);
    return all(source, new RegExp(`\\b${around}\\([^;"]*"([a-z_]+)"`, 'g'));
}

/** By name: level, fields, and whether it is written once a second at most. */
function loggedEvents() {
    const events = new Map();
    for (const file of readdirSync(join(root, 'src/hub')).filter((name) => name.endsWith('.c') && name !== 'log.c')) {
        const source = text(`src/hub/${file}`);
        for (const call of source.matchAll(CALL)) {
            const [, seldom, level, argument, last] = call;
            const before = source.slice(0, call.index);
            const list = last === 'fields' ? before.slice(before.lastIndexOf(' fields[] = {')) : last;
            // A level that is a parameter is not told from the call: it is "any".
            const found = {
                level: /^HUB_/.test(level) ? level.slice(4).toLowerCase() : 'any',
                seldom: Boolean(seldom),
                fields: all(list, KEY),
            };
            for (const name of eventsOf(argument, source, before)) {
                const known = events.get(name);
                const levels = new Set([known?.level ?? 'any', found.level].filter((one) => one !== 'any'));
                check(levels.size < 2, `src/hub: ${name} has two levels`);
                events.set(name, { ...found, level: [...levels][0] ?? 'any', fields: [...new Set([...(known?.fields ?? []), ...found.fields])] });
            }
        }
        const calls = all(source, /\b(hub_log(?:_seldom)?)\(/g).length;
        const read = [...source.matchAll(CALL)].length;
        check(calls === read, `src/hub/${file}: ${calls} calls of hub_log(), of which this script reads ${read}`);
    }
    check(events.size > 30, `${events.size} events were found in src/hub: this script reads them wrongly`);
    return events;
}

function documentedEvents(path) {
    const section = text(path).split('\n### Events of the log\n')[1].split('\n## ')[0];
    const rows = [...section.matchAll(/^\| `([a-z_]+)`( \*)? \| (\w+) \| ([^|]*)\|/gm)];
    return new Map(rows.map(([, name, star, level, fields]) => [name, { level, seldom: Boolean(star), fields: all(fields, /`([a-z_]+)`/g) }]));
}

function checkEvents(path) {
    const logged = loggedEvents();
    const documented = documentedEvents(path);
    for (const [name, { level, seldom, fields }] of logged) {
        const row = documented.get(name);
        check(row, `${path}: the event ${name} is missing`);
        if (row) {
            check(level === 'any' || row.level === level, `${path}: ${name} is of level ${level}, not ${row.level}`);
            check(row.seldom === seldom, `${path}: ${name} ${seldom ? 'has no star, and is left out at times' : 'has a star, and is always written'}`);
            const extra = row.fields.filter((field) => !fields.includes(field));
            check(extra.length === 0, `${path}: ${name} has no ${extra}`);
            // The call of takeover is that of takeover_failed too, which alone has a reason.
            const missing = fields.filter((field) => !row.fields.includes(field) && !(name === 'takeover' && field === 'reason'));
            check(missing.length === 0, `${path}: ${name} also has ${missing}`);
        }
    }
    for (const name of documented.keys()) {
        check(logged.has(name), `${path}: the hub logs no ${name}`);
    }
}

checkDashboard('deploy/grafana/sse.json');
checkAlerts('deploy/prometheus/alerts.yml');
checkEvents('docs/operation.md');
if (violations.length > 0) {
    console.log(violations.join('\n'));
    process.exitCode = 1;
}
