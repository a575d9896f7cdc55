import { type CalendarDay, DAY_MS } from '../../core/calendar-day.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { CandleSource, SourceCandle } from '../../ports/candle-source.ts';

export interface MemoryCandleSourceOptions {
  readonly sourceId?: string;
  /** Days in one page; default 1000. */
  readonly pageDays?: number;
}

/** A CandleSource over rows in memory. Rows are given by symbol and may be changed between calls, as a venue corrects its own. */
export function memoryCandleSource(
  rows: ReadonlyMap<string, readonly SourceCandle[]>,
  { sourceId = 'memory', pageDays = 1000 }: MemoryCandleSourceOptions = {},
): CandleSource {
  return {
    sourceId,
    quoteVolume: 'stated',
    fetchPage: async ({ symbol, from, to, signal }) => {
      signal?.throwIfAborted();
      const all = rows.get(symbol);
      if (all === undefined)
        throw new LivepoolError('SYMBOL_UNKNOWN', 'terminal', `${sourceId} does not list ${symbol}`, { symbol });
      const last = Math.min(to, from + pageDays - 1);
      return { candles: all.filter((row) => isInPage(row, from, last)), next: last < to ? last + 1 : null };
    },
  };
}

/** Rows with an unreadable time are part of every page, so that a reader meets them. */
function isInPage({ openTimeMs }: SourceCandle, from: CalendarDay, last: CalendarDay): boolean {
  if (!Number.isSafeInteger(openTimeMs) || openTimeMs % DAY_MS !== 0) return true;
  const day = openTimeMs / DAY_MS;
  return day >= from && day <= last;
}
