import type { AssetAction } from '../../contracts/asset-actions.ts';
import { type CalendarDay, parseDay } from '../../core/calendar-day.ts';
import type { CandleSeries } from '../candle-series.ts';
import { mapColumns, selectRows } from '../select-rows.ts';

/**
 * Series with the actions up to as_of applied (pool spec §4): a redenomination restates earlier prices in new units (volume
 * inversely, turnover unchanged); a rename joins the older symbol's history in front and takes that symbol off the list. Later
 * actions are not readable yet.
 */
export function applyActions(
  series: readonly CandleSeries[],
  actions: readonly AssetAction[],
  asOf: CalendarDay,
): CandleSeries[] {
  const known = actionsUpTo(actions, asOf);
  const adjusted = new Map(series.map((item) => [item.symbol, redenominate(item, known)]));
  for (const action of known) {
    if (action.kind !== 'rename') continue;
    const older = adjusted.get(action.from);
    const newer = adjusted.get(action.symbol);
    if (older === undefined || newer === undefined) continue;
    adjusted.set(action.symbol, join(older, newer, parseDay(action.date)!));
    adjusted.delete(action.from);
  }
  return [...adjusted.values()];
}

/** Actions dated on or before as_of, oldest first. */
export function actionsUpTo(actions: readonly AssetAction[], asOf: CalendarDay): AssetAction[] {
  const known = actions.filter(({ date }) => parseDay(date)! <= asOf);
  return known.toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

function redenominate(series: CandleSeries, actions: readonly AssetAction[]): CandleSeries {
  let adjusted = series;
  for (const action of actions) {
    if (action.kind !== 'redenomination' || action.symbol !== series.symbol) continue;
    adjusted = restate(adjusted, parseDay(action.date)!, action.factor);
  }
  return adjusted;
}

function restate(series: CandleSeries, day: CalendarDay, factor: number): CandleSeries {
  const scaled = (column: Float64Array, by: number): Float64Array =>
    column.map((value, row) => (series.day[row]! < day ? value * by : value));
  return {
    ...series,
    open: scaled(series.open, factor),
    high: scaled(series.high, factor),
    low: scaled(series.low, factor),
    close: scaled(series.close, factor),
    volume: scaled(series.volume, 1 / factor),
    ...(series.takerBuyBaseVolume && { takerBuyBaseVolume: scaled(series.takerBuyBaseVolume, 1 / factor) }),
  };
}

/** Rows of the older series before `day`, then rows of the newer from `day` on. */
function join(older: CandleSeries, newer: CandleSeries, day: CalendarDay): CandleSeries {
  const front = rowsWhere(older, (value) => value < day);
  const back = rowsWhere(newer, (value) => value >= day);
  const names = ['tradeCount', 'takerBuyBaseVolume', 'takerBuyQuoteVolume'] as const;
  const empty = (length: number): Float64Array => new Float64Array(length).fill(Number.NaN);
  const joined = (a: Float64Array | undefined, b: Float64Array | undefined): Float64Array =>
    Float64Array.from([...(a ?? empty(front.day.length)), ...(b ?? empty(back.day.length))]);
  const optional = names.filter((name) => front[name] !== undefined || back[name] !== undefined);
  return {
    symbol: newer.symbol,
    day: Int32Array.from([...front.day, ...back.day]),
    open: joined(front.open, back.open),
    high: joined(front.high, back.high),
    low: joined(front.low, back.low),
    close: joined(front.close, back.close),
    volume: joined(front.volume, back.volume),
    quoteVolume: joined(front.quoteVolume, back.quoteVolume),
    ...Object.fromEntries(optional.map((name) => [name, joined(front[name], back[name])])),
  };
}

function rowsWhere(series: CandleSeries, accepts: (day: CalendarDay) => boolean): CandleSeries {
  const rows = Array.from(series.day.keys()).filter((row) => accepts(series.day[row]!));
  return rows.length === series.day.length ? mapColumns(series, series.day, (column) => column) : selectRows(series, rows);
}
