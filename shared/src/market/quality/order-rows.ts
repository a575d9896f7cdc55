import type { CandleSeries } from '../candle-series.ts';
import { selectRows } from '../select-rows.ts';
import type { QualityFinding } from './finding.ts';

/**
 * The series ascending with one row a day. Of several rows of a day the last delivered wins; it is a `row_conflict` when another
 * one had other values. Unsorted rows are `row_order`, once a series.
 */
export function orderRows(series: CandleSeries): { readonly series: CandleSeries; readonly findings: readonly QualityFinding[] } {
  const { day, symbol } = series;
  if (isStrictlyAscending(day)) return { series, findings: [] };
  const findings: QualityFinding[] = [];
  const firstFault = day.findIndex((value, row) => row > 0 && value < day[row - 1]!);
  if (firstFault > 0) findings.push({ symbol, day: day[firstFault]!, code: 'row_order', effect: 'flagged' });

  const rows = Array.from(day.keys()).toSorted((a, b) => day[a]! - day[b]! || a - b);
  const kept: number[] = [];
  for (const row of rows) {
    const before = kept.at(-1);
    if (before === undefined || day[before] !== day[row]) kept.push(row);
    else {
      if (!hasSameValues(series, before, row)) findings.push({ symbol, day: day[row]!, code: 'row_conflict', effect: 'flagged' });
      kept[kept.length - 1] = row;
    }
  }
  return { series: selectRows(series, kept), findings };
}

/** Whether every day is later than the one before it. */
export function isStrictlyAscending(day: Int32Array): boolean {
  for (let row = 1; row < day.length; row++) if (day[row]! <= day[row - 1]!) return false;
  return true;
}

function hasSameValues(series: CandleSeries, a: number, b: number): boolean {
  const columns = [series.open, series.high, series.low, series.close, series.volume, series.quoteVolume];
  return columns.every((column) => Object.is(column[a], column[b]));
}
