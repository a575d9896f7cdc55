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

/** Refuses an implausible set of revisions: twenty or more, or one of a day more than ten days before `asOf`. */
export function revisionRefusal(revisions: readonly CandleRevision[], asOf: CalendarDay): Refusal | undefined {
  const settled = formatDay(asOf - OLDEST_REVISED_DAYS);
  const old = revisions.find(({ date }) => date < settled);
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
