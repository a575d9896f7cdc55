import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { parseDay } from '#shared/core/calendar-day.ts';
import { seededRandom } from '#shared/core/seeded-random.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';
import { inferInstruments } from '#shared/market/infer-instruments.ts';
import type { PanelInput } from '#shared/pool/panel-input.ts';
import { readParams } from '../golden/pool-params.ts';

export const WORLD_START = parseDay('2022-01-01')!;

export interface WorldOptions {
  readonly seed: string;
  readonly days: number;
  readonly symbols: readonly string[];
}

/** A benchmark and a few symbols with random but plausible candles on consecutive days. */
export function candleWorld({ seed, days, symbols }: WorldOptions): CandleSeries[] {
  return ['BTCUSDT', ...symbols].map((symbol) => walk(seed, symbol, days));
}

/** Random walk without libm, so that the world is the same everywhere. */
function walk(seed: string, symbol: string, days: number): CandleSeries {
  const random = seededRandom(`${seed}:${symbol}`);
  const column = (): Float64Array => new Float64Array(days);
  const series = {
    symbol,
    day: Int32Array.from({ length: days }, (_, i) => WORLD_START + i),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    quoteVolume: column(),
  };
  let price = 1 + 99 * random.next();
  const turnover = 5e6 * (1 + 4 * random.next());
  for (let i = 0; i < days; i++) {
    const open = price;
    price *= 1 + 0.04 * Math.max(-4, Math.min(4, random.nextNormal()));
    series.open[i] = open;
    series.close[i] = price;
    series.high[i] = Math.max(open, price) * (1 + 0.01 * random.next());
    series.low[i] = Math.min(open, price) * (1 - 0.01 * random.next());
    series.quoteVolume[i] = turnover * (0.7 + 0.6 * random.next());
    series.volume[i] = (2 * series.quoteVolume[i]!) / (open + price);
  }
  return series;
}

/** The series without the rows at the given indices. */
export function withoutRows(series: CandleSeries, dropped: (row: number) => boolean): CandleSeries {
  const rows = Array.from(series.day.keys()).filter((row) => !dropped(row));
  return onRows(series, rows);
}

/** The rows at the given indices, in that order. */
export function onRows(series: CandleSeries, rows: readonly number[]): CandleSeries {
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]!);
  return {
    symbol: series.symbol,
    day: Int32Array.from(rows, (row) => series.day[row]!),
    open: pick(series.open),
    high: pick(series.high),
    low: pick(series.low),
    close: pick(series.close),
    volume: pick(series.volume),
    quoteVolume: pick(series.quoteVolume),
  };
}

/** A copy with some values of one symbol's columns changed. */
export function edited(
  candles: readonly CandleSeries[],
  symbol: string,
  edit: (columns: { readonly [K in keyof CandleSeries]: CandleSeries[K] }) => void,
): CandleSeries[] {
  return candles.map((series) => {
    if (series.symbol !== symbol) return series;
    const copy = onRows(series, [...series.day.keys()]);
    edit(copy);
    return copy;
  });
}

/** A parameter set whose universe suits worlds of a few hundred days: low thresholds, short horizons and windows. */
export function smallWorldParams(set: 'reference' | 'core_major'): PoolParams {
  const params = readParams(set);
  return {
    ...params,
    universe: { ...params.universe, mode: 'small', modes: { small: SMALL_MODE } },
    prefilter: { ...params.prefilter, mode: 'off' },
    labels: { ...params.labels, horizons: params.labels.horizons.map(({ weight }, k) => ({ days: 3 + 3 * k, weight })) },
    model: { ...params.model, train_dates: 30, embargo_dates: 9 },
  };
}

const SMALL_MODE: PoolParams['universe']['modes'][string] = {
  min_age_days: 30,
  min_avg_quote_vol_30: 1e6,
  min_avg_quote_vol_90: 0,
  min_avg_quote_vol_180: 0,
  min_liquidity_stability: 0.3,
  min_tradable_ratio_180: 0.85,
  liquid_day_quote_volume: 0,
  min_liquidity_days_90: 0,
  min_liquidity_days_180: 0,
  entry_confirmations: 1,
  exit_confirmations: 1,
  exclude_high_noise: false,
  extra_excluded_bases: [],
};

/** Input of a build of such a world; everything trades on as_of. */
export function worldInput(candles: readonly CandleSeries[], params: PoolParams, asOf: number): PanelInput {
  const instruments = inferInstruments(
    candles.map(({ symbol }) => symbol),
    params.metadata.quote_assets,
  );
  return { candles, metadata: [{ knownFrom: asOf, instruments }], params, asOf, source: 'sim' };
}
