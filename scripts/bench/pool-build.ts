// CPU time and peak memory of live builds: the golden set in memory, the whole `pool build` process, and growth with symbols. A build
// counts with the shortest of three runs, so that its time is its own and not of whoever else uses the machine.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { textTable } from '../cli/text-table.ts';
import { goldenPath } from './golden-build.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const EIGHT_YEARS = 2922;

interface BuildFigures {
  readonly rows: number;
  readonly trainRows: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

const RUNS = 3;

function oneBuild(...args: readonly string[]): BuildFigures {
  return shortest(() => runBuild(args));
}

function shortest<F extends { readonly cpuMs: number }>(run: () => F): F {
  return Array.from({ length: RUNS }, run).reduce((least, figures) => (figures.cpuMs < least.cpuMs ? figures : least));
}

function runBuild(args: readonly string[]): BuildFigures {
  const child = spawnSync(process.execPath, [join(HERE, 'one-build.ts'), ...args], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout) as BuildFigures;
}

/** CPU seconds and peak memory of a whole child process, from the figures of the system. */
function wholeProcess(args: readonly string[]): { readonly cpuMs: number; readonly peakMb: number } {
  const report = join(HERE, 'report-usage.mjs');
  const child = spawnSync(process.execPath, ['--import', report, ...args], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(child.stderr);
  const usage = /livepool-usage (\{.*\})/.exec(child.stderr)?.[1];
  if (usage === undefined) throw new Error('the measured process printed no usage line');
  return JSON.parse(usage) as { cpuMs: number; peakMb: number };
}

const seconds = (ms: number): string => (ms / 1000).toFixed(2);

if (goldenPath('input/raw') === undefined) {
  process.stdout.write('golden set: not there, skipped\n');
} else {
  const inMemory = oneBuild('golden');
  const out = mkdtempSync(join(tmpdir(), 'livepool-bench-'));
  const build = `pool build --as-of 2026-10-31 --now 2026-11-01T03:15:00Z --out ${out}`.split(' ');
  const inputs = ['--candles', goldenPath('input/raw')!, '--instruments', goldenPath('input/symbol_metadata.csv')!];
  const whole = wholeProcess([join(HERE, '..', 'livepool.ts'), ...build, ...inputs]);
  rmSync(out, { recursive: true });
  process.stdout.write(
    `${textTable(
      ['golden set, 62 symbols × 5 years', 'CPU s', 'peak MB', 'bound'],
      [
        ['candles in memory to final rank', seconds(inMemory.cpuMs), inMemory.peakMb.toFixed(0), '2.5 CPU s'],
        ['whole process `livepool pool build`', seconds(whole.cpuMs), whole.peakMb.toFixed(0), '4 CPU s, 350 MB'],
      ],
    )}\n\n`,
  );
}

const table = [50, 100, 200, 400].map((symbols) => {
  const { rows, trainRows, cpuMs, peakMb } = oneBuild('synthetic', String(symbols), String(EIGHT_YEARS));
  const perRow = ((cpuMs * 1000) / rows).toFixed(2);
  return [String(symbols), String(rows), String(trainRows), seconds(cpuMs), peakMb.toFixed(0), perRow];
});
process.stdout.write(`${textTable(['symbols × 8 years', 'rows', 'training rows', 'CPU s', 'peak MB', 'µs a row'], table)}\n`);
process.stdout.write('bound at 400 symbols: 12 CPU s, 1024 MB\n');
