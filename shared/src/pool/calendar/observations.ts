import type { PoolParams } from '../../contracts/pool-params.ts';
import type { CalendarDay } from '../../core/calendar-day.ts';
import type { CandleSeries } from '../../market/candle-series.ts';

/**
 * The observations i = 0, 1, … of one symbol, or of one of its episodes, as columns of equal length (pool spec §7). NaN = missing.
 * On a gap day every price is missing, `quoteVolume` is 0 and `hasCandle` is 0.
 */
export interface Observations {
  readonly symbol: string;
  /** Index of the symbol among the loaded symbols. */
  readonly symbolIndex: number;
  readonly count: number;
  readonly day: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly quoteVolume: Float64Array;
  readonly tradeCount: Float64Array | undefined;
  readonly takerBuyBaseVolume: Float64Array | undefined;
  readonly takerBuyQuoteVolume: Float64Array | undefined;
  readonly hasCandle: Uint8Array;
}

/** Days of first candles that the actions table knows: after a gap the same asset goes on, or another one begins. */
export interface EpisodeMarks {
  readonly sameAssetDays: ReadonlySet<CalendarDay>;
  readonly newAssetDays: ReadonlySet<CalendarDay>;
}

type CalendarParams = PoolParams['calendar'];

/**
 * Observations per episode, oldest first. A gap of more than `episode_gap_days` missing days starts a new episode unless the day
 * of the candle after it is among the same-asset days; a new-asset day always starts one.
 */
export function toObservations(
  series: CandleSeries,
  symbolIndex: number,
  params: CalendarParams,
  marks: EpisodeMarks = NO_MARKS,
): Observations[] {
  const episodes: Observations[] = [];
  const { day } = series;
  let start = 0;
  for (let row = 1; row <= day.length; row++) {
    if (row < day.length && !startsEpisode(day[row - 1]!, day[row]!, params, marks)) continue;
    episodes.push(episodeOf(series, symbolIndex, start, row, params.mode));
    start = row;
  }
  return day.length === 0 ? [] : episodes;
}

const NO_MARKS: EpisodeMarks = { sameAssetDays: new Set(), newAssetDays: new Set() };

function startsEpisode(previous: CalendarDay, next: CalendarDay, params: CalendarParams, marks: EpisodeMarks): boolean {
  if (marks.newAssetDays.has(next)) return true;
  if (params.episode_gap_days === null || marks.sameAssetDays.has(next)) return false;
  return next - previous - 1 > params.episode_gap_days;
}

function episodeOf(
  series: CandleSeries,
  symbolIndex: number,
  from: number,
  to: number,
  mode: CalendarParams['mode'],
): Observations {
  const { day } = series;
  const span = day[to - 1]! - day[from]! + 1;
  const count = mode === 'days' ? span : to - from;
  const isDense = count === to - from;
  const firstDay = day[from]!;
  const place = (column: Float64Array, gap: number): Float64Array => {
    if (isDense) return finiteOnly(column.subarray(from, to));
    const out = new Float64Array(count).fill(gap);
    for (let row = from; row < to; row++) out[day[row]! - firstDay] = Number.isFinite(column[row]!) ? column[row]! : Number.NaN;
    return out;
  };
  const optional = (column: Float64Array | undefined): Float64Array | undefined =>
    column === undefined ? undefined : place(column, Number.NaN);
  return {
    symbol: series.symbol,
    symbolIndex,
    count,
    day: isDense ? day.subarray(from, to) : Int32Array.from({ length: count }, (_, i) => firstDay + i),
    open: place(series.open, Number.NaN),
    high: place(series.high, Number.NaN),
    low: place(series.low, Number.NaN),
    close: place(series.close, Number.NaN),
    volume: place(series.volume, Number.NaN),
    quoteVolume: place(series.quoteVolume, 0),
    tradeCount: optional(series.tradeCount),
    takerBuyBaseVolume: optional(series.takerBuyBaseVolume),
    takerBuyQuoteVolume: optional(series.takerBuyQuoteVolume),
    hasCandle: candleFlags(day, from, to, count, isDense),
  };
}

function candleFlags(day: Int32Array, from: number, to: number, count: number, isDense: boolean): Uint8Array {
  if (isDense) return new Uint8Array(count).fill(1);
  const flags = new Uint8Array(count);
  for (let row = from; row < to; row++) flags[day[row]! - day[from]!] = 1;
  return flags;
}

/** The column itself, or a copy with ±∞ as missing when it holds any: missing is one state. */
function finiteOnly(column: Float64Array): Float64Array {
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      return column.map((item) => (Number.isFinite(item) ? item : Number.NaN));
    }
  }
  return column;
}
