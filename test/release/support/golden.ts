import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FileBytes } from '#shared/contracts/artifact-files.ts';
import type { PoolDecision, RankedMember } from '#shared/contracts/pool-decision.ts';
import type { RegimeName } from '#shared/contracts/pool-params.ts';

const GOLDEN = new URL('../../../../shared/golden/pool-synthetic-62x5y/', import.meta.url);

export const goldenIsPresent = existsSync(fileURLToPath(GOLDEN));

if (!goldenIsPresent) console.warn('golden data is absent (../shared/golden): parity tests are skipped');

/** Runs that were computed in float64, by as_of date. */
export const GOLDEN_DATES = ['2026-10-31', '2026-11-01'];

export function goldenText(path: string): string {
  return readFileSync(new URL(path, GOLDEN), 'utf8');
}

/** The five files as the reference wrote them. */
export function goldenFiles(asOfDate: string): FileBytes {
  const names = [
    'latest_universe.json',
    'latest_ranking.csv',
    'live_pool.json',
    'live_pool_legacy.json',
    'artifact_manifest.json',
  ];
  const read = (name: string): Uint8Array =>
    new Uint8Array(readFileSync(new URL(`expected-f64-asof-${asOfDate}/artifacts/${name}`, GOLDEN)));
  return new Map(names.map((name) => [name, read(name)]));
}

/** The decision that must lead to those files, read from the golden ranking with a parser as simple as the data. */
export function goldenDecision(asOfDate: string): PoolDecision {
  const [, ...lines] = goldenText(`expected-f64-asof-${asOfDate}/artifacts/latest_ranking.csv`).trimEnd().split('\n');
  const number = (cell = ''): number | null => (cell === '' ? null : Number(cell));
  const members = lines.map((line): RankedMember => {
    const [, symbol = '', rule, linear, ml, final, , confidence, selected, rank] = line.split(',');
    return {
      symbol,
      baseAsset: symbol.slice(0, -4),
      ruleScore: number(rule),
      linearScore: number(linear),
      mlScore: number(ml),
      finalScore: number(final),
      confidence: number(confidence),
      currentRank: number(rank),
      selected: selected === 'True',
    };
  });
  const regime = lines[0]?.split(',')[6] as RegimeName;
  const universe = members.map((member) => member.symbol).sort();
  return { asOfDate, mode: 'core_major', poolSize: 5, regime, regimeConfidence: 1, universe, members };
}
