import type { PoolParams } from '../../contracts/pool-params.ts';
import type { Observations } from '../calendar/observations.ts';
import { rollingCount } from '../rolling/rolling-count.ts';
import { rollingMean } from '../rolling/rolling-mean.ts';
import { fullWindow } from '../rolling/window-rule.ts';
import { writeRatioMinusOne } from './elementwise.ts';
import type { FeatureWorkspace } from './feature-columns.ts';

export interface LiquidityRule {
  readonly minValidFrac: number;
  readonly stabilityMissing: PoolParams['features']['stability_missing'];
  /** Quote volume from which a day is liquid; 0 = the counts are off and stay missing. */
  readonly liquidDayQuoteVolume: number;
}

/**
 * Writes volumes, their stability, tradability, liquid-day counts and age (pool spec §8, §9): all that the gates look at. Entries
 * before `from` have no meaning.
 */
export function writeLiquidity(
  observations: Observations,
  rule: LiquidityRule,
  { columns, flags }: FeatureWorkspace,
  from = 0,
): void {
  const { close, quoteVolume, count } = observations;
  columns.quote_volume.set(quoteVolume);
  rollingMean(quoteVolume, count, fullWindow(30, rule.minValidFrac, from), columns.avg_quote_vol_30);
  rollingMean(quoteVolume, count, fullWindow(90, rule.minValidFrac, from), columns.avg_quote_vol_90);
  rollingMean(quoteVolume, count, fullWindow(180, rule.minValidFrac, from), columns.avg_quote_vol_180);
  writeRatioMinusOne(columns.avg_quote_vol_30, columns.avg_quote_vol_180, count, columns.recent_liquidity_acceleration);

  for (let i = 0; i < count; i++) {
    flags[i] = quoteVolume[i]! > 0 && !Number.isNaN(close[i]!) ? 1 : 0;
    columns.tradable_flag[i] = flags[i]!;
    columns.age_days[i] = i + 1;
    columns.liquidity_stability[i] = liquidityStability(
      columns.avg_quote_vol_30[i]!,
      columns.avg_quote_vol_90[i]!,
      columns.avg_quote_vol_180[i]!,
      rule.stabilityMissing,
    );
  }
  rollingCount(flags, count, 180, 30, columns.tradable_ratio_180);
  for (let i = 0; i < count; i++) columns.tradable_ratio_180[i]! /= Math.min(i + 1, 180);
  writeLiquidDays(quoteVolume, count, rule.liquidDayQuoteVolume, { columns, flags });
}

/** min/max of the three means. `skip` leaves missing ones out; `require_all` is missing when one is (vector P-04). */
export function liquidityStability(
  mean30: number,
  mean90: number,
  mean180: number,
  missing: LiquidityRule['stabilityMissing'],
): number {
  if (missing === 'require_all') return Math.min(mean30, mean90, mean180) / Math.max(mean30, mean90, mean180);
  const first = presentOr(mean30, presentOr(mean90, mean180));
  const second = presentOr(mean90, first);
  const third = presentOr(mean180, first);
  return Math.min(first, second, third) / Math.max(first, second, third);
}

function presentOr(value: number, fallback: number): number {
  return Number.isNaN(value) ? fallback : value;
}

function writeLiquidDays(
  quoteVolume: Float64Array,
  count: number,
  threshold: number,
  { columns, flags }: Pick<FeatureWorkspace, 'columns' | 'flags'>,
): void {
  if (threshold === 0) {
    columns.liquidity_days_90.fill(Number.NaN, 0, count);
    columns.liquidity_days_180.fill(Number.NaN, 0, count);
    return;
  }
  for (let i = 0; i < count; i++) flags[i] = quoteVolume[i]! >= threshold ? 1 : 0;
  rollingCount(flags, count, 90, 90, columns.liquidity_days_90);
  rollingCount(flags, count, 180, 180, columns.liquidity_days_180);
}
