// Prints what attacks.mjs notes, and writes the table of docs/reliability.md: table.mjs ACCOUNTS MARKDOWN
import { printTable, readAccounts, writeMarkdown } from '../lib/account_table.mjs';

const accounts = readAccounts(process.argv[2]);
printTable({
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
}, accounts, ['attack', 'counted']);
writeMarkdown(process.argv[3], {
    attack: 'attack', count: 'how often', grown: 'grew', bound: 'bound', refused: 'refused', repeat: 'repeat it',
}, accounts.map((account) => ({ ...account, repeat: `\`tests/attacks ${account.file}\`` })), ['attack', 'repeat']);
