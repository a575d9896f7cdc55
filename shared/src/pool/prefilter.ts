import type { PoolParams } from '../contracts/pool-params.ts';
import type { CandleSeries } from '../market/candle-series.ts';
import { liquidityStability } from './features/write-liquidity.ts';
import type { PrefilterOutcome, PrefilterStats, UniverseThresholds } from './panel.ts';

type PrefilterParams = PoolParams['prefilter'];

/** Limits of the relaxed pass: the universe's thresholds, loosened (pool spec §15, vector P-15). */
export interface RelaxedLimits {
  readonly historyDays: number;
  readonly avgQuoteVol30: number;
  readonly avgQuoteVol90: number;
  readonly avgQuoteVol180: number;
  readonly liquidityStability: number;
  readonly tradableRatio180: number;
  readonly liquidityDays90: number;
  readonly liquidityDays180: number;
}

export function relaxedLimits(thresholds: UniverseThresholds, params: PrefilterParams): RelaxedLimits {
  return {
    historyDays: Math.floor(params.age_factor * thresholds.minAgeDays),
    avgQuoteVol30: params.volume_factor * thresholds.minAvgQuoteVol30,
    avgQuoteVol90: params.volume_factor * thresholds.minAvgQuoteVol90,
    avgQuoteVol180: params.volume_factor * thresholds.minAvgQuoteVol180,
    liquidityStability: params.stability_factor * thresholds.minLiquidityStability,
    tradableRatio180: params.tradable_factor * thresholds.minTradableRatio180,
    liquidityDays90: Math.floor(params.liquid_days_factor * thresholds.minLiquidityDays90),
    liquidityDays180: Math.floor(params.liquid_days_factor * thresholds.minLiquidityDays180),
  };
}

/**
 * Which symbols the reference loads: every one that passes the relaxed limits, the best `target` by liquidity, the previous pool
 * and the benchmark (pool spec §15). `eligible` are the metadata-eligible series, cut at as_of; of `previousPool` only symbols that
 * have candles.
 */
export function relaxedPrefilter(
  eligible: readonly CandleSeries[],
  thresholds: UniverseThresholds,
  params: PrefilterParams,
  benchmark: string,
  previousPool: readonly string[],
): PrefilterOutcome {
  const limits = relaxedLimits(thresholds, params);
  const stats = eligible
    .filter(({ day }) => day.length > 0)
    .map((series) => statsOf(series, thresholds.liquidDayQuoteVolume, limits))
    .toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const sorted = stats.toSorted(byPassThenLiquidity);
  const passes = sorted.filter(({ relaxedPass }) => relaxedPass).length;
  const target = keptTarget(passes, sorted.length, params);
  const kept = sorted.filter(({ relaxedPass }, i) => relaxedPass || i < target).map(({ symbol }) => symbol);
  const previous = params.include_previous ? previousPool : [];
  return { stats, loadOrder: [...new Set([benchmark, ...kept, ...previous])] };
}

/** How many of the sorted symbols are kept whether or not they pass: min(max(15, passes), 24, available), at least 1. */
export function keptTarget(passes: number, available: number, params: PrefilterParams): number {
  return Math.max(1, Math.min(Math.max(params.min_symbols, passes), params.max_symbols, available));
}

function statsOf(series: CandleSeries, liquidDayQuoteVolume: number, limits: RelaxedLimits): PrefilterStats {
  const { symbol, day, quoteVolume } = series;
  const tail = (width: number): Float64Array => quoteVolume.subarray(Math.max(0, day.length - width));
  const avgQuoteVol30 = meanOf(tail(30));
  const avgQuoteVol90 = meanOf(tail(90));
  const avgQuoteVol180 = meanOf(tail(180));
  const stats = {
    symbol,
    historyDays: day.length,
    latestDay: day.at(-1)!,
    avgQuoteVol30,
    avgQuoteVol90,
    avgQuoteVol180,
    liquidityStability: liquidityStability(avgQuoteVol30, avgQuoteVol90, avgQuoteVol180, 'skip'),
    tradableRatio180: tradableRatio(series),
    liquidityDays90: liquidDays(tail(90), liquidDayQuoteVolume),
    liquidityDays180: liquidDays(tail(180), liquidDayQuoteVolume),
  };
  const names = Object.keys(limits) as (keyof RelaxedLimits)[];
  return { ...stats, relaxedPass: names.every((name) => stats[name] >= limits[name]) };
}

/** Mean of the present values, summed pairwise in eight lanes: the order of the reference's arrays, to the last digit. */
function meanOf(values: Float64Array): number {
  const present = values.filter((value) => !Number.isNaN(value));
  return pairwiseSum(present, 0, present.length) / present.length;
}

function pairwiseSum(values: Float64Array, from: number, count: number): number {
  if (count > 128) {
    const half = Math.floor(count / 2) - (Math.floor(count / 2) % 8);
    return pairwiseSum(values, from, half) + pairwiseSum(values, from + half, count - half);
  }
  if (count < 8) return values.subarray(from, from + count).reduce((sum, value) => sum + value, 0);
  const lanes = values.slice(from, from + 8);
  const whole = count - (count % 8);
  for (let i = 8; i < whole; i++) lanes[i % 8]! += values[from + i]!;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = lanes;
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let i = whole; i < count; i++) sum += values[from + i]!;
  return sum;
}

function tradableRatio({ day, quoteVolume, close }: CandleSeries): number {
  const from = Math.max(0, day.length - 180);
  let tradable = 0;
  for (let row = from; row < day.length; row++) if (quoteVolume[row]! > 0 && !Number.isNaN(close[row]!)) tradable++;
  return tradable / (day.length - from);
}

function liquidDays(tail: Float64Array, threshold: number): number {
  return threshold === 0 ? tail.length : tail.filter((value) => value >= threshold).length;
}

function byPassThenLiquidity(a: PrefilterStats, b: PrefilterStats): number {
  return (
    Number(b.relaxedPass) - Number(a.relaxedPass) ||
    b.avgQuoteVol180 - a.avgQuoteVol180 ||
    b.avgQuoteVol90 - a.avgQuoteVol90 ||
    b.avgQuoteVol30 - a.avgQuoteVol30 ||
    b.liquidityStability - a.liquidityStability ||
    b.tradableRatio180 - a.tradableRatio180 ||
    b.historyDays - a.historyDays ||
    (a.symbol < b.symbol ? -1 : 1)
  );
}
