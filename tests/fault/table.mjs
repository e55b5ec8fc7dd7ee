// Prints the accounts that faults.mjs notes, a line of JSON each, as a table.
import { readFileSync } from 'node:fs';

const columns = {
    fault: 'fault',
    kind: 'source',
    readers: 'readers',
    sent: 'sent',
    failed: 'refused', // the publisher got an exception
    received: 'received',
    lost: 'lost',
    told: 'told', // of those lost: the reader had a gap there
    away: 'away', // of those lost: the reader's own connection had ended
    doubled: 'doubled',
    disordered: 'disordered',
    gaps: 'gaps',
    back: 'came back',
    pause: 'pause ms', // the longest between two events of a stream
    p99: 'p99 ms',
};
const lines = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const rows = lines.map((line) => Object.keys(columns).map((key) => String(line[key] ?? '')));
rows.unshift(Object.values(columns));
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
for (const row of rows) {
    console.log(row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  '));
}
const remarks = lines.filter(({ remark }) => remark).map(({ fault, remark }) => `${fault}: ${remark}`);
new Set(remarks).forEach((remark) => console.log(remark));
