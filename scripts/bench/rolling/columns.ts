import type { CandleSeries } from '#shared/market/candle-series.ts';
import { rollingMax } from '#shared/pool/rolling/rolling-max.ts';
import { rollingMean } from '#shared/pool/rolling/rolling-mean.ts';
import { rollingStd } from '#shared/pool/rolling/rolling-std.ts';
import { fullWindow } from '#shared/pool/rolling/window-rule.ts';

export interface RollingColumn {
  readonly statistic: 'mean' | 'max' | 'std';
  readonly input: 'close' | 'daily_return' | 'quote_volume';
  readonly width: number;
}

/** The rolling windows of the pool's features (pool spec §8). */
export const ROLLING_COLUMNS: readonly RollingColumn[] = [
  ...[20, 60, 120, 200].map((width) => ({ statistic: 'mean', input: 'close', width }) as const),
  ...[50, 90, 180].map((width) => ({ statistic: 'max', input: 'close', width }) as const),
  ...[20, 60].map((width) => ({ statistic: 'std', input: 'daily_return', width }) as const),
  ...[30, 90, 180].map((width) => ({ statistic: 'mean', input: 'quote_volume', width }) as const),
];

/** One long table: the series one after the other, column-major. Returns are missing on the first row of each. */
export interface LongTable {
  readonly symbol: readonly string[];
  /** First row of each series, and the end of the last. */
  readonly bounds: readonly number[];
  readonly close: Float64Array;
  readonly daily_return: Float64Array;
  readonly quote_volume: Float64Array;
}

export function longTable(candles: readonly CandleSeries[]): LongTable {
  const bounds = [0];
  for (const { day } of candles) bounds.push(bounds.at(-1)! + day.length);
  const rows = bounds.at(-1)!;
  const table = { close: new Float64Array(rows), daily_return: new Float64Array(rows), quote_volume: new Float64Array(rows) };
  for (const [s, { close, quoteVolume }] of candles.entries()) {
    table.close.set(close, bounds[s]);
    table.quote_volume.set(quoteVolume, bounds[s]);
    for (let i = 0; i < close.length; i++) {
      table.daily_return[bounds[s]! + i] = i === 0 ? Number.NaN : close[i]! / close[i - 1]! - 1;
    }
  }
  return { ...table, bounds, symbol: candles.flatMap(({ symbol, day }) => Array.from(day, () => symbol)) };
}

const ROLLING = { mean: rollingMean, max: rollingMax, std: rollingStd };

/** Every column by the functions of the pool. */
export function ourColumns(table: LongTable): Float64Array[] {
  return ROLLING_COLUMNS.map(({ statistic, input, width }) => {
    const out = new Float64Array(table.close.length);
    for (let s = 0; s + 1 < table.bounds.length; s++) {
      const [from, to] = [table.bounds[s]!, table.bounds[s + 1]!];
      ROLLING[statistic](table[input].subarray(from, to), to - from, fullWindow(width, 1), out.subarray(from, to));
    }
    return out;
  });
}
