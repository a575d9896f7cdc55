import type { Observations } from '../calendar/observations.ts';
import { rollingMean } from '../rolling/rolling-mean.ts';
import { rollingStd } from '../rolling/rolling-std.ts';
import { fullWindow } from '../rolling/window-rule.ts';
import { finiteOrMissing } from './elementwise.ts';
import type { FeatureColumns } from './feature-columns.ts';

/** Columns of the benchmark by calendar day, joined to every symbol (pool spec §8). NaN where the benchmark has no value. */
export interface BenchmarkColumns {
  /** Entry k belongs to day `firstDay + k`; days outside have none. */
  readonly firstDay: number;
  readonly length: number;
  readonly dailyReturn: Float64Array;
  readonly roc20: Float64Array;
  readonly roc60: Float64Array;
  readonly roc120: Float64Array;
  readonly sma200: Float64Array;
  readonly ma200Slope: Float64Array;
  readonly close: Float64Array;
  /** 1 above the 200-day mean, else 0; never missing. */
  readonly aboveMa200: Float64Array;
  readonly zscore120: Float64Array;
}

/** Accumulates the benchmark's episodes; call `addBenchmarkEpisode` for each with its features. */
export function emptyBenchmark(firstDay: number, lastDay: number): BenchmarkColumns {
  const length = lastDay - firstDay + 1;
  const missing = (): Float64Array => new Float64Array(length).fill(Number.NaN);
  return {
    firstDay,
    length,
    dailyReturn: missing(),
    roc20: missing(),
    roc60: missing(),
    roc120: missing(),
    sma200: missing(),
    ma200Slope: missing(),
    close: missing(),
    aboveMa200: new Float64Array(length),
    zscore120: missing(),
  };
}

/** Copies one episode of the benchmark, whose momentum and trend columns are in `columns`, to its days. */
export function addBenchmarkEpisode(
  benchmark: BenchmarkColumns,
  observations: Observations,
  columns: FeatureColumns,
  minValidFrac: number,
): void {
  const { close, count, day } = observations;
  const zscore = zscore120(close, count, minValidFrac);
  for (let i = 0; i < count; i++) {
    const k = day[i]! - benchmark.firstDay;
    benchmark.dailyReturn[k] = columns.daily_return[i]!;
    benchmark.roc20[k] = columns.roc20[i]!;
    benchmark.roc60[k] = columns.roc60[i]!;
    benchmark.roc120[k] = columns.roc120[i]!;
    benchmark.sma200[k] = columns.sma200[i]!;
    benchmark.ma200Slope[k] = columns.ma200_slope[i]!;
    benchmark.close[k] = close[i]!;
    benchmark.aboveMa200[k] = close[i]! > columns.sma200[i]! ? 1 : 0;
    benchmark.zscore120[k] = zscore[i]!;
  }
}

/** (close − mean)/std over 120 closes; missing when the closes are all equal. */
function zscore120(close: Float64Array, count: number, minValidFrac: number): Float64Array {
  const rule = fullWindow(120, minValidFrac);
  const mean = new Float64Array(count);
  const std = new Float64Array(count);
  rollingMean(close, count, rule, mean);
  rollingStd(close, count, rule, std);
  return mean.map((value, i) => (std[i] === 0 ? Number.NaN : finiteOrMissing((close[i]! - value) / std[i]!)));
}
