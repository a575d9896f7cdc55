import { type CalendarDay, DAY_MS } from '../../core/calendar-day.ts';
import type { DailyCandle } from '../candle-series.ts';
import { candleFault } from './check-candle.ts';
import type { QualityFinding } from './finding.ts';

/** A daily candle as a source delivers it, before anything is known about it. */
export interface DeliveredCandle extends Omit<DailyCandle, 'day'> {
  readonly openTimeMs: number;
}

export interface RowCheckLimits {
  /** Last day that may be used; later rows are `ts_future`. */
  readonly lastDay: CalendarDay;
  /** The run's logical time: a candle must be closed for `settleMs` by then, else it is `open_candle`. */
  readonly nowMs: number;
  readonly settleMs: number;
}

export interface CheckedRows {
  /** Ascending, one a day, each of them usable. */
  readonly accepted: readonly DailyCandle[];
  /** One per refused, dropped, changed or flagged row. A refused time may be no date: that finding is of `lastDay`. */
  readonly findings: readonly QualityFinding[];
}

const FIRST_PLAUSIBLE_MS = Date.UTC(2010, 0, 1);

/** Sorts the rows of one symbol into usable candles and findings (pool spec §4). Of two rows of a day the later one wins. */
export function checkRows(symbol: string, rows: readonly DeliveredCandle[], limits: RowCheckLimits): CheckedRows {
  const findings: QualityFinding[] = [];
  const byDay = new Map<CalendarDay, DailyCandle>();
  let newest = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const timeCode = timeFault(row.openTimeMs, limits);
    if (timeCode !== undefined) {
      const at = { symbol, day: limits.lastDay, field: 'openTimeMs', observed: row.openTimeMs };
      findings.push({ ...at, code: timeCode, effect: 'row_refused' });
      continue;
    }
    const day = row.openTimeMs / DAY_MS;
    const note = (finding: Omit<QualityFinding, 'symbol' | 'day'>): void => void findings.push({ symbol, day, ...finding });
    if (day < newest) note({ code: 'row_order', effect: 'flagged' });
    newest = Math.max(newest, day);
    const { candle, finding } = checkValues(row, day);
    if (finding !== undefined) note(finding);
    const before = byDay.get(day);
    if (before !== undefined && !isSameCandle(before, candle)) note({ code: 'row_conflict', effect: 'flagged' });
    if (candle !== undefined) byDay.set(day, candle);
  }
  return { accepted: [...byDay.values()].toSorted((a, b) => a.day - b.day), findings };
}

function timeFault(openTimeMs: number, limits: RowCheckLimits): QualityFinding['code'] | undefined {
  if (!Number.isInteger(openTimeMs) || openTimeMs % DAY_MS !== 0) return 'ts_unit';
  if (openTimeMs < FIRST_PLAUSIBLE_MS) return 'ts_range';
  if (openTimeMs / DAY_MS > limits.lastDay) return 'ts_future';
  return openTimeMs + DAY_MS + limits.settleMs > limits.nowMs ? 'open_candle' : undefined;
}

function checkValues(
  row: DeliveredCandle,
  day: CalendarDay,
): { readonly candle: DailyCandle | undefined; readonly finding?: Omit<QualityFinding, 'symbol' | 'day'> } {
  const { open, high, low, close, volume, quoteVolume } = row;
  const candle: DailyCandle = { day, open, high, low, close, volume, quoteVolume };
  const fault = candleFault(open, high, low, close, volume, quoteVolume);
  if (fault === undefined) return { candle };
  const { code, field, observed } = fault;
  if (code !== 'quote_volume_bounds') return { candle: undefined, finding: { code, effect: 'day_dropped', field, observed } };
  return { candle: { ...candle, quoteVolume: 0 }, finding: { code, effect: 'quote_volume_zeroed', field, observed } };
}

function isSameCandle(a: DailyCandle, b: DailyCandle | undefined): boolean {
  if (b === undefined) return false;
  const fields = ['open', 'high', 'low', 'close', 'volume', 'quoteVolume'] as const;
  return fields.every((field) => a[field] === b[field]);
}
