// The accounts of tests/attacks and tests/faults, a line of JSON each, as tables: columns are { member: 'its head' }.
import { readFileSync, writeFileSync } from 'node:fs';

export const readAccounts = (file) => readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

/** For a terminal; `texts`: the members that are no figures. */
export function printTable(columns, accounts, texts) {
    const keys = Object.keys(columns);
    const rows = [Object.values(columns), ...accounts.map((account) => keys.map((key) => String(account[key] ?? '')))];
    const widths = keys.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    for (const row of rows) {
        console.log(row.map((cell, at) => (texts.includes(keys[at]) ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  ').trimEnd());
    }
}

/** For docs/reliability.md. */
export function writeMarkdown(file, columns, accounts, texts) {
    const keys = Object.keys(columns);
    const format = (value) => (typeof value === 'number' ? value.toLocaleString('en') : value ?? '');
    const row = (cells) => `| ${cells.join(' | ')} |`;
    writeFileSync(file, [
        row(Object.values(columns)),
        `|${keys.map((key) => (texts.includes(key) ? '---' : '---:')).join('|')}|`,
        ...accounts.map((account) => row(keys.map((key) => format(account[key])))),
        '',
    ].join('\n'));
}
