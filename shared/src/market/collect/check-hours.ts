import type { RejectedCandle } from '../../ports/candle-archive.ts';
import type { SourceCandle } from '../../ports/candle-source.ts';
import { candleFault } from '../quality/check-candle.ts';
import { openTimeFault, rowText } from './delivered-row.ts';

export const HOUR_MS = 3_600_000;

export interface HourWindow {
  /** Closes wanted, both inclusive, ms; whole hours. Rows outside that are right in themselves are passed over in silence. */
  readonly firstCloseMs: number;
  readonly lastCloseMs: number;
  readonly nowMs: number;
}

/**
 * Closed hourly bars of one symbol on a grid: slot i closes `i` hours after `firstCloseMs`. NaN = there is none, or it was refused;
 * the quote volume alone is NaN where it contradicts the prices.
 */
export interface HourBars {
  readonly symbol: string;
  readonly firstCloseMs: number;
  readonly close: Float64Array;
  readonly quoteVolume: Float64Array;
}

export interface CheckedHours {
  readonly bars: HourBars;
  readonly rejected: readonly RejectedCandle[];
}

/**
 * Splits delivered rows into bars and rows to quarantine, by the rules of daily candles (pool spec §4): of two different rows for
 * one hour the later counts, in whatever order the others come.
 */
export function checkHours(symbol: string, rows: readonly SourceCandle[], window: HourWindow): CheckedHours {
  const rejected: RejectedCandle[] = [];
  const kept = new Map<number, SourceCandle>();
  for (const row of rows) {
    const fault = rowFault(row, window);
    if (fault !== undefined) rejected.push({ ...fault, row: rowText(row) });
    if (fault !== undefined && fault.reason !== 'quote_volume_bounds') continue;
    const slot = slotOf(row, window);
    if (slot === undefined) continue;
    const earlier = kept.get(slot);
    if (earlier !== undefined) rejected.push(repeated(earlier, row));
    kept.set(slot, fault === undefined ? row : { ...row, quoteVolume: Number.NaN });
  }
  return { bars: gridOf(symbol, kept, window), rejected };
}

function rowFault(row: SourceCandle, { nowMs }: HourWindow): Omit<RejectedCandle, 'row'> | undefined {
  const time = openTimeFault(row.openTimeMs, HOUR_MS, nowMs);
  if (time !== undefined) return { reason: time, field: 'open_time' };
  const fault = candleFault(row.open, row.high, row.low, row.close, row.volume, row.quoteVolume);
  return fault === undefined ? undefined : { reason: fault.code, field: fault.field };
}

/** Place of a row in the grid; undefined outside, and for a bar that is not closed yet. */
function slotOf({ openTimeMs }: SourceCandle, { firstCloseMs, lastCloseMs }: HourWindow): number | undefined {
  const closeMs = openTimeMs + HOUR_MS;
  return closeMs < firstCloseMs || closeMs > lastCloseMs ? undefined : (closeMs - firstCloseMs) / HOUR_MS;
}

function repeated(earlier: SourceCandle, later: SourceCandle): RejectedCandle {
  const isSame = rowText(earlier) === rowText(later);
  return { reason: isSame ? 'row_duplicate' : 'row_conflict', field: 'open_time', row: rowText(earlier) };
}

function gridOf(symbol: string, kept: ReadonlyMap<number, SourceCandle>, { firstCloseMs, lastCloseMs }: HourWindow): HourBars {
  const slots = (lastCloseMs - firstCloseMs) / HOUR_MS + 1;
  const column = (value: (row: SourceCandle) => number): Float64Array =>
    Float64Array.from({ length: slots }, (_, slot) => {
      const row = kept.get(slot);
      return row === undefined ? Number.NaN : value(row);
    });
  return { symbol, firstCloseMs, close: column((row) => row.close), quoteVolume: column((row) => row.quoteVolume) };
}
