// Judges what gcovr has measured: node coverage.mjs SUMMARY.json. A line for each directory with a bound, and the files of it that
// are below the bound. The last line is "N passed, N failed".
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Lines that have to be run, in per cent. */
const bounds = { 'src/core': 95, 'src/io': 85, 'src/hub': 85 };

const { files } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const percent = ({ line_covered: covered, line_total: total }) => (total === 0 ? 0 : (100 * covered) / total);
const sum = (list, key) => list.reduce((all, file) => all + file[key], 0);

let passed = 0;
let failed = 0;
for (const [directory, bound] of Object.entries(bounds)) {
    const within = files.filter(({ filename }) => dirname(filename) === directory && filename.endsWith('.c'));
    const all = { line_covered: sum(within, 'line_covered'), line_total: sum(within, 'line_total') };
    const holds = percent(all) >= bound;
    console.log(
        `${holds ? 'ok' : 'FAILED'}: ${directory}: ${percent(all).toFixed(1)} % of ${all.line_total} lines, at least ${bound} % are asked for`,
    );
    for (const file of within.filter((one) => percent(one) < bound)) {
        console.log(`    ${file.filename}: ${percent(file).toFixed(1)} %, ${file.line_total - file.line_covered} lines not run`);
    }
    holds ? passed++ : failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
