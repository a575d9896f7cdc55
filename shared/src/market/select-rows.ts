import type { CandleSeries } from './candle-series.ts';

/** Applies a function to every column of prices, volumes and counts; absent columns stay absent. */
export function mapColumns(series: CandleSeries, day: Int32Array, map: (column: Float64Array) => Float64Array): CandleSeries {
  return {
    symbol: series.symbol,
    day,
    open: map(series.open),
    high: map(series.high),
    low: map(series.low),
    close: map(series.close),
    volume: map(series.volume),
    quoteVolume: map(series.quoteVolume),
    ...(series.tradeCount && { tradeCount: map(series.tradeCount) }),
    ...(series.takerBuyBaseVolume && { takerBuyBaseVolume: map(series.takerBuyBaseVolume) }),
    ...(series.takerBuyQuoteVolume && { takerBuyQuoteVolume: map(series.takerBuyQuoteVolume) }),
  };
}

/** The rows at the given indices, in that order. */
export function selectRows(series: CandleSeries, rows: readonly number[]): CandleSeries {
  return mapColumns(
    series,
    Int32Array.from(rows, (row) => series.day[row]!),
    (column) => Float64Array.from(rows, (row) => column[row]!),
  );
}

/** The rows with first ≤ day ≤ last of an ascending series, without copying. */
export function sliceDays(series: CandleSeries, first: number, last: number): CandleSeries {
  const from = lowerBound(series.day, first);
  const to = lowerBound(series.day, last + 1);
  if (from === 0 && to === series.day.length) return series;
  return mapColumns(series, series.day.subarray(from, to), (column) => column.subarray(from, to));
}

/** Number of days smaller than `wanted` in an ascending column. */
export function lowerBound(days: Int32Array, wanted: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (days[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
