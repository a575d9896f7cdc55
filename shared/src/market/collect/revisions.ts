import { type CalendarDay, formatDay } from '../../core/calendar-day.ts';
import type { Refusal } from '../../core/result.ts';
import type { ArchivedCandle, CandleRevision } from '../../ports/candle-archive.ts';
import type { CandleSeries } from '../candle-series.ts';
import { CANDLE_FIELDS } from './check-page.ts';

/** A source that changes this many values at once has changed something else than late trades (pool spec §3). */
const TOO_MANY_REVISIONS = 20;
/** Older values are settled; a change there is a redenomination, another asset, or a fault. */
const OLDEST_REVISED_DAYS = 10;

/** Wire names of the fields of a revision. */
const FIELD_NAMES = {
  open: 'open',
  high: 'high',
  low: 'low',
  close: 'close',
  volume: 'volume',
  quoteVolume: 'quote_volume',
} as const;

/** Every stored value that newly read candles of the same symbol contradict, ascending by day. */
export function findRevisions(stored: CandleSeries | undefined, candles: readonly ArchivedCandle[]): readonly CandleRevision[] {
  if (stored === undefined) return [];
  const rowOf = new Map(Array.from(stored.day, (day, row) => [day, row]));
  return candles.flatMap((candle) => {
    const row = rowOf.get(candle.day);
    if (row === undefined) return [];
    return CANDLE_FIELDS.filter((field) => !Object.is(stored[field][row], candle[field])).map((field) => ({
      symbol: stored.symbol,
      date: formatDay(candle.day),
      field: FIELD_NAMES[field],
      old: Number.isNaN(stored[field][row]) ? null : stored[field][row]!,
      new: candle[field],
    }));
  });
}

/**
 * Refuses an implausible set of revisions: twenty or more, or one of a day more than ten days before the newest day that its symbol
 * had in store. Not before as_of: after a month's pause every day that is read again is older than that.
 */
export function revisionRefusal(
  revisions: readonly CandleRevision[],
  stored: ReadonlyMap<string, CandleSeries>,
): Refusal | undefined {
  const old = revisions.find(({ symbol, date }) => date < settledBefore(stored.get(symbol)));
  if (revisions.length < TOO_MANY_REVISIONS && old === undefined) return undefined;
  const first = old ?? revisions[0]!;
  const example = `${first.symbol} ${first.date} ${first.field} ${first.old} → ${first.new}`;
  const why = old === undefined ? `${revisions.length} stored values` : `a value older than ${OLDEST_REVISED_DAYS} days`;
  return {
    code: 'REVISIONS_EXCESSIVE',
    message: `the source changed ${why} (${example}); nothing was stored: look at the source, then accept the revisions or keep the old candles`,
    details: { revisions: revisions.length, example: first },
  };
}

/** First day whose value may still change; a symbol without stored days has nothing to revise. */
function settledBefore(series: CandleSeries | undefined): string {
  const last: CalendarDay | undefined = series?.day.at(-1);
  return last === undefined ? '' : formatDay(last - OLDEST_REVISED_DAYS);
}
