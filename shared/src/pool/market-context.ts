import type { BenchmarkColumns } from './features/benchmark-columns.ts';
import type { MemberGrid } from './member-grid.ts';
import type { MarketContext } from './panel.ts';

/** What the context is made of, per row of the member grid. */
export interface ContextInputs {
  readonly priceVsSma60: Float64Array;
  readonly priceVsSma200: Float64Array;
  readonly momentumCombo: Float64Array;
  readonly rsCombo: Float64Array;
}

export function contextInputs(rowCount: number): ContextInputs {
  return {
    priceVsSma60: new Float64Array(rowCount),
    priceVsSma200: new Float64Array(rowCount),
    momentumCombo: new Float64Array(rowCount),
    rsCombo: new Float64Array(rowCount),
  };
}

/**
 * Broadcast values of the date at `position` (pool spec §8): breadths, dispersions and burst over its in-universe rows, missing
 * with fewer than `minNames` of them, and the benchmark's columns of `day`.
 */
export function marketContext(
  inputs: ContextInputs,
  grid: MemberGrid,
  position: number,
  day: number,
  benchmark: BenchmarkColumns,
  minNames: number,
): MarketContext {
  const from = grid.rowStart[position]!;
  const to = grid.rowStart[position + 1]!;
  const k = day - benchmark.firstDay;
  const hasEnough = to - from >= minNames;
  const momentum = hasEnough ? presentValues(inputs.momentumCombo, from, to) : NONE;
  const relative = hasEnough ? presentValues(inputs.rsCombo, from, to) : NONE;
  return {
    btcClose: benchmark.close[k]!,
    btcAboveMa200: benchmark.aboveMa200[k]!,
    btcMa200Slope: benchmark.ma200Slope[k]!,
    btcZscore120: benchmark.zscore120[k]!,
    breadthAboveSma60: hasEnough ? shareAboveZero(inputs.priceVsSma60, from, to) : Number.NaN,
    breadthAboveSma200: hasEnough ? shareAboveZero(inputs.priceVsSma200, from, to) : Number.NaN,
    momentumDispersion: sampleStd(momentum),
    rsDispersion: sampleStd(relative),
    singleLeaderBurst: maxMinusMedian(momentum),
  };
}

const NONE = new Float64Array(0);

/** A copy of the values that are not missing. */
function presentValues(values: Float64Array, from: number, to: number): Float64Array {
  const present = new Float64Array(to - from);
  let count = 0;
  for (let row = from; row < to; row++) if (!Number.isNaN(values[row]!)) present[count++] = values[row]!;
  return present.subarray(0, count);
}

/** Share of positive values; a missing one is not positive and stays in the divisor. */
function shareAboveZero(values: Float64Array, from: number, to: number): number {
  let above = 0;
  for (let row = from; row < to; row++) if (values[row]! > 0) above++;
  return above / (to - from);
}

/** Two-pass sample standard deviation; missing for fewer than two values. */
function sampleStd(values: Float64Array): number {
  if (values.length < 2) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const deviation = values[i]! - mean;
    squares += deviation * deviation;
  }
  return Math.sqrt(squares / (values.length - 1));
}

/** Sorts its argument. */
function maxMinusMedian(values: Float64Array): number {
  if (values.length === 0) return Number.NaN;
  values.sort();
  const middle = values.length >>> 1;
  const median = values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
  return values.at(-1)! - median;
}
