// Prints what faults.mjs notes, and writes the table of docs/reliability.md: table.mjs ACCOUNTS MARKDOWN
import { printTable, readAccounts, writeMarkdown } from '../lib/account_table.mjs';

const accounts = readAccounts(process.argv[2]);
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
    disordered: 'out of order',
    gaps: 'gaps',
    back: 'came back',
    pause: 'pause, ms', // the longest between two events of a stream
};
printTable({ ...columns, p99: 'p99, ms' }, accounts, ['fault', 'kind']);
const remarks = accounts.filter(({ remark }) => remark).map(({ fault, remark }) => `${fault}: ${remark}`);
new Set(remarks).forEach((remark) => console.log(remark));
writeMarkdown(process.argv[3], columns, accounts, ['fault', 'kind']);
