// CPU time and peak memory of whole `livepool shadow build` processes: both tracks, every month that can be scored out of sample.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { textTable } from '../cli/text-table.ts';
import { goldenPath } from './golden-build.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const RECORDED = fileURLToPath(new URL('../../../shared/data/ohlcv-1d', import.meta.url));
const BOUND = { cpuS: 60, peakMb: 500 };

interface HistoryFigures {
  readonly releases: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** One build in a process of its own, from reading the candles to the last file. */
function shadowBuild(args: readonly string[]): HistoryFigures {
  const out = mkdtempSync(join(tmpdir(), 'livepool-bench-'));
  try {
    const command = [join(HERE, '..', 'livepool.ts'), 'shadow', 'build', '--json', '--out', out, ...args];
    const child = spawnSync(process.execPath, ['--import', join(HERE, 'report-usage.mjs'), ...command], { encoding: 'utf8' });
    const usage = /livepool-usage (\{.*\})/.exec(child.stderr)?.[1];
    if (child.status !== 0 || usage === undefined) throw new Error(child.stdout + child.stderr);
    const { tracks } = JSON.parse(child.stdout) as { tracks: { release_count: number }[] };
    return { releases: Math.max(...tracks.map((track) => track.release_count)), ...JSON.parse(usage) };
  } finally {
    rmSync(out, { recursive: true });
  }
}

const golden = goldenPath('input/raw');
const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
  [
    'recorded spot candles, 29 symbols × 6 years',
    existsSync(RECORDED) && readdirSync(RECORDED).length > 0 ? ['--candles', RECORDED, '--as-of', '2024-12-31'] : undefined,
  ],
  [
    'golden set, 62 symbols × 5 years',
    golden === undefined
      ? undefined
      : ['--candles', golden, '--instruments', goldenPath('input/symbol_metadata.csv')!, '--as-of', '2026-10-31'],
  ],
];

const table: string[][] = [];
for (const [name, args] of cases) {
  if (args === undefined) {
    process.stdout.write(`${name}: not there, skipped\n`);
    continue;
  }
  const { releases, cpuMs, peakMb } = shadowBuild(args);
  const cpuS = cpuMs / 1000;
  table.push([name, `2 × ${releases}`, cpuS.toFixed(1), peakMb.toFixed(0)]);
  if (cpuS > BOUND.cpuS || peakMb > BOUND.peakMb) process.exitCode = 1;
}
process.stdout.write(`${textTable(['history', 'tracks × months', 'CPU s', 'peak MB'], table)}\n`);
process.stdout.write(`bound: ${BOUND.cpuS} CPU s and ${BOUND.peakMb} MB; the reference implementation takes 430 CPU s\n`);
