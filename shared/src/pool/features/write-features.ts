import type { PoolParams } from '../../contracts/pool-params.ts';
import type { Observations } from '../calendar/observations.ts';
import { addBenchmarkEpisode, type BenchmarkColumns, emptyBenchmark } from './benchmark-columns.ts';
import type { FeatureWorkspace, SymbolColumn } from './feature-columns.ts';
import { type LiquidityRule, writeLiquidity } from './write-liquidity.ts';
import { writeMomentum } from './write-momentum.ts';
import { writeRelativeStrength } from './write-relative-strength.ts';
import { writeRisk } from './write-risk.ts';
import { writeTrend } from './write-trend.ts';

export interface FeatureRule extends LiquidityRule {
  readonly lookupLag: number;
}

/** What the parameter set says about features, with the liquid-day threshold already scaled to the source. */
export function featureRule(params: PoolParams, liquidDayQuoteVolume: number): FeatureRule {
  return {
    minValidFrac: params.calendar.min_valid_frac,
    lookupLag: params.calendar.lookup_lag_days,
    stabilityMissing: params.features.stability_missing,
    liquidDayQuoteVolume,
  };
}

/** The columns that market context reads on every day of a panel, whatever is wanted of the others. */
export const EVERY_DAY_COLUMNS: ReadonlySet<SymbolColumn> = new Set([
  'price_vs_sma60',
  'price_vs_sma200',
  'momentum_combo',
  'rs_combo',
]);

/**
 * Fills every column of the workspace for one symbol's (or episode's) observations (pool spec §8). Only `EVERY_DAY_COLUMNS` have a
 * meaning before observation `from`: a training window is a fraction of a history.
 */
export function writeFeatures(
  observations: Observations,
  benchmark: BenchmarkColumns,
  isBenchmark: boolean,
  rule: FeatureRule,
  workspace: FeatureWorkspace,
  from: number,
): void {
  writeLiquidity(observations, rule, workspace, from);
  writeMomentum(observations, rule.lookupLag, workspace.columns);
  writeTrend(observations, rule.minValidFrac, rule.lookupLag, workspace, from);
  writeRisk(observations, rule.minValidFrac, workspace, from);
  writeRelativeStrength(observations, benchmark, isBenchmark, rule.minValidFrac, workspace, from);
}

/** Columns of the benchmark over the days `firstDay … lastDay`, from its episodes. */
export function benchmarkColumns(
  episodes: readonly Observations[],
  firstDay: number,
  lastDay: number,
  rule: FeatureRule,
  workspace: FeatureWorkspace,
): BenchmarkColumns {
  const benchmark = emptyBenchmark(firstDay, lastDay);
  for (const episode of episodes) {
    writeMomentum(episode, rule.lookupLag, workspace.columns);
    writeTrend(episode, rule.minValidFrac, rule.lookupLag, workspace);
    addBenchmarkEpisode(benchmark, episode, workspace.columns, rule.minValidFrac);
  }
  return benchmark;
}
