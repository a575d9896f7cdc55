import type { Observations } from '../calendar/observations.ts';
import { rollingBetaCorr } from '../rolling/rolling-beta-corr.ts';
import { fullWindow } from '../rolling/window-rule.ts';
import type { BenchmarkColumns } from './benchmark-columns.ts';
import { writeRatio } from './elementwise.ts';
import type { FeatureWorkspace } from './feature-columns.ts';
import { writeCombination } from './write-momentum.ts';

/**
 * Writes the columns relative to the benchmark, joined by day (pool spec §8). Needs momentum and risk first. Beta and
 * correlation are 1 on every row of the benchmark itself, and have no meaning before `from`.
 */
export function writeRelativeStrength(
  observations: Observations,
  benchmark: BenchmarkColumns,
  isBenchmark: boolean,
  minValidFrac: number,
  { columns, scratch: [joined] }: FeatureWorkspace,
  from: number,
): void {
  const { count } = observations;
  writeExcess(columns.roc20, benchmark.roc20, observations, benchmark, columns.rs20);
  writeExcess(columns.roc60, benchmark.roc60, observations, benchmark, columns.rs60);
  writeExcess(columns.roc120, benchmark.roc120, observations, benchmark, columns.rs120);
  writeCombination(columns.rs20, columns.rs60, columns.rs120, count, columns.rs_combo);
  writeRatio(columns.rs_combo, columns.vol20, count, columns.rs_risk_adj);
  if (isBenchmark) {
    columns.rolling_beta_to_btc.fill(1, 0, count);
    columns.rolling_corr_to_btc.fill(1, 0, count);
    return;
  }
  for (let i = 0; i < count; i++) joined[i] = benchmark.dailyReturn[observations.day[i]! - benchmark.firstDay] ?? Number.NaN;
  // 60 pairs of returns, of which the first needs two observations.
  const rule = { ...fullWindow(60, minValidFrac, from), minSpan: 61 };
  rollingBetaCorr(columns.daily_return, joined, count, rule, columns.rolling_beta_to_btc, columns.rolling_corr_to_btc);
}

function writeExcess(
  own: Float64Array,
  ofBenchmark: Float64Array,
  { day, count }: Observations,
  { firstDay }: BenchmarkColumns,
  out: Float64Array,
): void {
  for (let i = 0; i < count; i++) out[i] = own[i]! - (ofBenchmark[day[i]! - firstDay] ?? Number.NaN);
}
