// Plays the conformance table against any reader: node test/conformance/play.ts [--exhaustive] [--verdicts-only] -- <command> [args]
import { playTable } from './play-table.ts';
import { conformanceTable, SAMPLED_FLIP_STEP } from './table.ts';

const [flags, command] = argumentsOf(process.argv.slice(2));
if (command.length === 0) {
  process.stderr.write('usage: node test/conformance/play.ts [--exhaustive] [--verdicts-only] -- <command> [args]\n');
  process.exitCode = 2;
} else {
  process.exitCode = await play(command, flags).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
}

async function play(reader: readonly string[], options: readonly string[]): Promise<number> {
  const rows = conformanceTable({ flipStep: options.includes('--exhaustive') ? 1 : SAMPLED_FLIP_STEP });
  const verdictsOnly = options.includes('--verdicts-only');
  const { played, accepted, rejected, misses } = await playTable(reader, rows, { verdictsOnly });
  for (const { id, why } of misses) process.stdout.write(`MISS  ${id}\n      ${why}\n`);
  process.stdout.write(`${played} cases: ${accepted} to accept, ${rejected} to reject, ${misses.length} missed\n`);
  return misses.length === 0 ? 0 : 1;
}

function argumentsOf(all: readonly string[]): readonly [flags: readonly string[], command: readonly string[]] {
  const separator = all.indexOf('--');
  return separator === -1 ? [all, []] : [all.slice(0, separator), all.slice(separator + 1)];
}
