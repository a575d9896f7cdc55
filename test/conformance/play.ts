// Plays the conformance table against any reader: node test/conformance/play.ts [--exhaustive] [--verdicts-only] -- <command> [args]
import { playTable } from './play-table.ts';
import { conformanceTable, SAMPLED_FLIP_STEP } from './table.ts';

const separator = process.argv.indexOf('--');
const flags = process.argv.slice(2, separator);
const command = separator === -1 ? [] : process.argv.slice(separator + 1);
if (command.length === 0) {
  process.stderr.write('usage: node test/conformance/play.ts [--exhaustive] [--verdicts-only] -- <command> [args]\n');
  process.exit(2);
}
const rows = conformanceTable({ flipStep: flags.includes('--exhaustive') ? 1 : SAMPLED_FLIP_STEP });
const { played, accepted, rejected, misses } = await playTable(command, rows, {
  verdictsOnly: flags.includes('--verdicts-only'),
});
for (const { id, why } of misses) process.stdout.write(`MISS  ${id}\n      ${why}\n`);
process.stdout.write(`${played} cases: ${accepted} to accept, ${rejected} to reject, ${misses.length} missed\n`);
process.exitCode = misses.length === 0 ? 0 : 1;
