// Prints the accounts that attacks.mjs notes, a line of JSON each, as a table; a second file gets the one of docs/reliability.md.
import { readFileSync, writeFileSync } from 'node:fs';

const columns = {
    attack: 'attack',
    count: 'times',
    seconds: 'seconds',
    grown: 'grew MiB', // at most, while it lasted
    bound: 'may MiB',
    left: 'kept MiB',
    most: 'of MiB', // what the hub had in all
    files: 'files', // descriptors, at most
    events: 'events', // of the witness, all received
    latest: 'late ms', // the latest of them
    refused: 'refused', // of all kinds
    lines: 'lines', // that the log got
    counted: 'counted',
};
const lines = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const rows = lines.map((line) => Object.keys(columns).map((key) => String(line[key] ?? '')));
rows.unshift(Object.values(columns));
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
const isText = (column) => column === 0 || column === widths.length - 1;
for (const row of rows) {
    console.log(row.map((cell, column) => (isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ').trimEnd());
}

if (process.argv[3]) {
    const number = (value) => Number(value).toLocaleString('en');
    writeFileSync(process.argv[3], [
        '| attack | how often | grew | bound | refused | repeat it |',
        '|---|---:|---:|---:|---:|---|',
        ...lines.map((line) => `| ${line.attack} | ${number(line.count)} | ${line.grown} | ${line.bound} | ${number(line.refused)} | \`tests/attacks ${line.file}\` |`),
        '',
    ].join('\n'));
}
