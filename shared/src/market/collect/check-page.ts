import { type CalendarDay, DAY_MS } from '../../core/calendar-day.ts';
import type { ArchivedCandle, RejectedCandle } from '../../ports/candle-archive.ts';
import type { SourceCandle } from '../../ports/candle-source.ts';
import { candleFault } from '../quality/check-candle.ts';
import { openTimeFault, rowText } from './delivered-row.ts';

export interface PageWindow {
  /** Days wanted, both inclusive; rows outside that are right in themselves are passed over in silence. */
  readonly from: CalendarDay;
  readonly to: CalendarDay;
  readonly nowMs: number;
}

export interface CheckedPage {
  /** Ascending, one a day. */
  readonly candles: readonly ArchivedCandle[];
  readonly rejected: readonly RejectedCandle[];
}

/**
 * Splits delivered rows into candles to store and rows to quarantine: times that are no whole UTC day, before 2010 or in the
 * future; values that are no prices or amounts; and of two rows for one day the earlier, unless they are equal (pool spec §4).
 */
export function checkPage(rows: readonly SourceCandle[], window: PageWindow): CheckedPage {
  const byDay = new Map<CalendarDay, ArchivedCandle>();
  const rejected: RejectedCandle[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const reject = (reason: string, field: string | null) => rejected.push({ reason, field, row: rowText(row) });
    const timeFault = openTimeFault(row.openTimeMs, DAY_MS, window.nowMs);
    if (timeFault !== undefined) {
      reject(timeFault, 'open_time');
      continue;
    }
    const day = row.openTimeMs / DAY_MS;
    if (day < window.from || day > window.to) continue;
    const fault = candleFault(row.open, row.high, row.low, row.close, row.volume, row.quoteVolume);
    // A quote volume out of bounds is stored as it came: what it costs is decided where the panel is built.
    if (fault !== undefined && fault.code !== 'quote_volume_bounds') {
      reject(fault.code, fault.field);
      continue;
    }
    const candle = toCandle(day, row);
    const earlier = byDay.get(day);
    if (earlier !== undefined && !sameCandle(earlier, candle)) {
      rejected.push({ reason: 'row_conflict', field: 'open_time', row: rowText({ ...earlier, openTimeMs: day * DAY_MS }) });
    } else if (earlier !== undefined) reject('row_duplicate', 'open_time');
    else if (day < latest) reject('row_order', 'open_time');
    latest = Math.max(latest, day);
    byDay.set(day, candle);
  }
  return { candles: [...byDay.values()].sort((a, b) => a.day - b.day), rejected };
}

/** Fields of a candle that a source can change later. */
export const CANDLE_FIELDS = ['open', 'high', 'low', 'close', 'volume', 'quoteVolume'] as const;

function toCandle(day: CalendarDay, row: SourceCandle): ArchivedCandle {
  const { open, high, low, close, volume, quoteVolume, tradeCount } = row;
  const isCount = tradeCount !== undefined && Number.isSafeInteger(tradeCount) && tradeCount >= 0;
  return { day, open, high, low, close, volume, quoteVolume, tradeCount: isCount ? tradeCount : null };
}

function sameCandle(a: ArchivedCandle, b: ArchivedCandle): boolean {
  return CANDLE_FIELDS.every((field) => a[field] === b[field]);
}
