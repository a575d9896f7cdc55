import type { Observations } from '../calendar/observations.ts';
import { rollingMax } from '../rolling/rolling-max.ts';
import { rollingMean } from '../rolling/rolling-mean.ts';
import { fullWindow } from '../rolling/window-rule.ts';
import { writeChange, writeRatio, writeRatioMinusOne } from './elementwise.ts';
import type { FeatureWorkspace } from './feature-columns.ts';

/**
 * Writes moving averages, trend persistence, slope and distances to highs of closes (pool spec §8). Entries before `from` have no
 * meaning, but for the averages over 60 and 200 days and the distances to them.
 */
export function writeTrend(
  observations: Observations,
  minValidFrac: number,
  lookupLag: number,
  { columns, scratch: [aboveSma200, high] }: FeatureWorkspace,
  from = 0,
): void {
  const { close, count } = observations;
  const windows = [
    [20, from, columns.sma20, columns.price_vs_sma20],
    [60, 0, columns.sma60, columns.price_vs_sma60],
    [120, from, columns.sma120, columns.price_vs_sma120],
    [200, 0, columns.sma200, columns.price_vs_sma200],
  ] as const;
  for (const [width, first, sma, priceVsSma] of windows) {
    rollingMean(close, count, fullWindow(width, minValidFrac, first), sma);
    writeRatioMinusOne(close, sma, count, priceVsSma);
  }
  writeAbove(close, columns.sma200, count, aboveSma200);
  rollingMean(aboveSma200, count, fullWindow(90, minValidFrac, from), columns.trend_persist_90);
  writeChange(columns.sma200, count, 20, lookupLag, columns.ma200_slope);

  rollingMax(close, count, fullWindow(90, minValidFrac, from), high);
  writeRatioMinusOne(close, high, count, columns.dist_to_90d_high);
  writeRatio(close, high, count, columns.breakout_proximity);
  rollingMax(close, count, fullWindow(180, minValidFrac, from), high);
  writeRatioMinusOne(close, high, count, columns.dist_to_180d_high);
}

/** 1 where the close is above the mean, 0 where it is not or the mean is missing; a missing close stays missing. */
function writeAbove(close: Float64Array, sma: Float64Array, count: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const price = close[i]!;
    if (Number.isNaN(price)) out[i] = Number.NaN;
    else out[i] = price > sma[i]! ? 1 : 0;
  }
}
