import type { Freshness } from './quality.ts';

/**
 * What a metric belongs to: an instrument of one venue, an instrument and timeframe, a symbol (an aggregate or the primary
 * venue's), or a symbol and timeframe.
 */
export type MetricScope = 'instrument' | 'instrument_timeframe' | 'symbol' | 'symbol_timeframe';

/** One row of the dictionary (quant spec §2). The reference page is generated from these. */
export interface MetricDefinition {
  readonly id: string;
  readonly scope: MetricScope;
  readonly unit: string;
  /** Instruments that have it; `both` for spot and derivatives. */
  readonly of: 'both' | 'derivative';
  readonly definition: string;
  /** When it is null beyond the general rules, and which flags it may carry. */
  readonly nulls: string;
  /** How often a new value is expected; 0 for event-driven ones, which are live up to the stale limit. */
  readonly cadenceMs: number;
  readonly staleMs: number;
}

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;

type Row = readonly [id: string, unit: string, definition: string, nulls: string, cadenceMs: number, staleMs: number];

const ON_BOTH = [
  ['price', 'quote', 'price of the last trade', '', 0, 5 * S],
  ['mid', 'quote', '(bid + ask) / 2 of the live book', 'book not live, crossed or locked', 0, 5 * S],
  ['microprice', 'quote', '(Pa·Qb + Pb·Qa) / (Qa + Qb)', 'book not live, crossed or locked', 0, 5 * S],
  ['spread_bps', 'bps', '10 000·(ask − bid) / mid', 'book not live, crossed or locked', 0, 5 * S],
  ['spread_bps_60s', 'bps', 'time-weighted mean of spread_bps over 60 s', 'no book in that time', 0, 5 * S],
  ['imbalance', '[−1, 1]', '(B − A) / (B + A), notional of the best 10 levels', 'a side is empty', 1 * S, 5 * S],
  ['depth_delta_usd_10', 'USD', 'B − A within ±10 bps of mid', 'flag truncated', 1 * S, 5 * S],
  ['depth_delta_usd_25', 'USD', 'B − A within ±25 bps of mid', 'flag truncated', 1 * S, 5 * S],
  ['depth_delta_usd_100', 'USD', 'B − A within ±100 bps of mid', 'flag truncated', 1 * S, 5 * S],
  ['depth_chg_pct_10', '%', 'change of B + A within ±10 bps against 60 s ago', 'no value 60 ± 5 s ago', 1 * S, 5 * S],
  ['depth_chg_pct_25', '%', 'change of B + A within ±25 bps against 60 s ago', 'no value 60 ± 5 s ago', 1 * S, 5 * S],
  ['depth_chg_pct_100', '%', 'change of B + A within ±100 bps against 60 s ago', 'no value 60 ± 5 s ago', 1 * S, 5 * S],
  ['depth_2pct_bid_usd', 'USD', 'bid notional in [0.98·mid, mid]', 'flag truncated', 1 * S, 5 * S],
  ['depth_2pct_ask_usd', 'USD', 'ask notional in [mid, 1.02·mid]', 'flag truncated', 1 * S, 5 * S],
  ['depth_2pct_total_usd', 'USD', 'both sides, whole dollars', 'flag truncated', 1 * S, 5 * S],
  ['depth_2pct_min_usd', 'USD', 'the thinner side', 'flag truncated', 1 * S, 5 * S],
  ['drift_bps', 'bps', '10 000·|mid − last trade| / mid, trade of the last 10 s', 'no such trade', 0, 10 * S],
  ['taker_buy_usd', 'USD', 'taker-bought USD, own trades, trailing 5 min', '', 10 * S, 2 * MIN],
  ['taker_sell_usd', 'USD', 'taker-sold USD, own trades, trailing 5 min', '', 10 * S, 2 * MIN],
  ['taker_buy_sell_ratio', 'ratio', 'taker_buy_usd / taker_sell_usd', 'a side 0, or both below 10 000 USD', 10 * S, 2 * MIN],
  ['taker_ratio_venue', 'ratio', "the venue's own figure, a cross-check", 'a side 0', 2 * MIN, 10 * MIN],
  ['cvd', 'USD', 'running bought − sold USD since 00:00 UTC', 'flag gap until the next day', 10 * S, 2 * MIN],
  ['volatility', 'fraction p.a.', 'rv_1m: λ-weighted variance of 1-min log mid returns', 'before 30 returns', 1 * MIN, 3 * MIN],
  ['parkinson_24h', 'fraction p.a.', '√(Σ ln²(H/L) / (4·24·ln 2))·√8760', 'not all of 24 closed hourly bars', 1 * H, 3 * H],
  ['vadr', 'ratio', '((H − L)/C)·√volume of the hour / median of 24 before', 'below 20 bars: flag frozen', 1 * H, 3 * H],
  ['quote_volume_24h', 'quote', 'quote volume of 24 closed hourly bars', 'not all of 24 bars', 1 * H, 3 * H],
  [
    'venue_health',
    '0 or 1',
    '1 when rejects, errors, latency and heartbeat are within limits',
    'below 10 samples',
    1 * MIN,
    15 * MIN,
  ],
] as const satisfies readonly Row[];

const ON_DERIVATIVES = [
  ['mark_price', 'quote', 'the venue’s mark price', '', 0, 10 * S],
  ['index_price', 'quote', 'the venue’s index price', '', 0, 10 * S],
  ['funding_rate_raw', 'fraction', 'rate as published, relative', 'beyond the venue’s cap: suspect', 1 * MIN, 10 * MIN],
  ['funding_interval_h', 'h', 'hours between settlements', '', 1 * MIN, 10 * MIN],
  ['funding_8h', 'fraction', 'raw·8 / interval_h', 'interval unknown', 1 * MIN, 10 * MIN],
  ['funding_apr', 'fraction p.a.', 'raw·(24 / interval_h)·365', 'interval unknown', 1 * MIN, 10 * MIN],
  ['funding_z', 'σ', 'funding_8h over the 30 settled periods before', 'below 10; flag low_variance', 1 * MIN, 10 * MIN],
  ['funding_trend', 'fraction/day', 'slope of the last 9 eight-hour buckets', 'a settlement missing', 5 * MIN, 1 * H],
  ['funding_trend_t', 't', 't of that slope; |t| > 1.5 is rising or falling', 'perfect line', 5 * MIN, 1 * H],
  ['basis', 'quote', 'mark − spot of the same venue', 'other currency without conversion', 15 * S, 1 * MIN],
  ['basis_pct', '%', '100·basis / spot', 'as basis', 15 * S, 1 * MIN],
  ['basis_apr', 'fraction p.a.', '(F/S − 1)·365 / days to expiry', 'only dated futures', 15 * S, 1 * MIN],
  ['oi_base', 'base', 'one-sided open interest', '', 15 * S, 3 * MIN],
  ['oi_usd', 'USD', 'one-sided open interest', '', 15 * S, 3 * MIN],
  ['oi_z_24h', 'σ', 'ln(oi_usd) over 1440 one-minute points before', 'below 30 points or 80 %, or σ < 1e-9', 15 * S, 3 * MIN],
  ['global_ls_ratio', 'ratio', 'longs / shorts by account, all users', 'shorts 0', 2 * MIN, 10 * MIN],
  ['top_pos_ls_ratio', 'ratio', 'longs / shorts of top traders by position', 'shorts 0', 2 * MIN, 10 * MIN],
  ['top_acc_ls_ratio', 'ratio', 'longs / shorts of top traders by account', 'shorts 0', 2 * MIN, 10 * MIN],
  ['global_ls_z', 'σ', 'ln(global_ls_ratio) over 1440 one-minute points before', 'as oi_z_24h', 2 * MIN, 10 * MIN],
  ['top_pos_ls_z', 'σ', 'ln(top_pos_ls_ratio) over 1440 one-minute points before', 'as oi_z_24h', 2 * MIN, 10 * MIN],
  ['liq_long_usd_5m', 'USD', 'longs liquidated, trailing 5 min', 'only windows longer than 5 min', 30 * S, 5 * MIN],
  ['liq_short_usd_5m', 'USD', 'shorts liquidated, trailing 5 min', 'only windows longer than 5 min', 30 * S, 5 * MIN],
  ['liq_long_usd_1h', 'USD', 'longs liquidated, trailing hour', '', 30 * S, 5 * MIN],
  ['liq_short_usd_1h', 'USD', 'shorts liquidated, trailing hour', '', 30 * S, 5 * MIN],
  ['oi_residual', 'log change', 'hourly Δln OI not explained by Δln P over 168 h before', 'below 10 points', 1 * H, 3 * H],
  ['oi_residual_usd', 'USD', 'oi_residual · oi_usd', 'below 10 points', 1 * H, 3 * H],
] as const satisfies readonly Row[];

const ON_INSTRUMENT_TIMEFRAMES = [
  ['oi_z', 'σ', 'ln(oi_usd) over 120 points of the timeframe before', 'below 30 points or 80 %, or σ < 1e-9', 15 * S, 3 * MIN],
] as const satisfies readonly Row[];

const ON_SYMBOLS = [
  ['mid', 'quote', 'mid of the primary venue', 'no live book', 0, 5 * S],
  ['imbalance', '[−1, 1]', 'imbalance of the primary venue', 'no live book', 1 * S, 5 * S],
  ['volatility', 'fraction p.a.', 'volatility of the primary venue', 'before 30 returns', 1 * MIN, 3 * MIN],
  ['ret_15m', 'fraction', 'change of the primary mid over 15 min', 'no value then', 0, 5 * S],
  ['oi_usd', 'USD', 'Σ oi_usd', 'no venue', 15 * S, 3 * MIN],
  ['oi_z_24h', 'σ', 'OI-weighted oi_z_24h', 'no venue', 15 * S, 3 * MIN],
  ['funding_weighted_oi', 'USD / 8 h', 'Σ oi_usd·funding_8h', 'no venue with both', 1 * MIN, 10 * MIN],
  [
    'oi_weighted_funding',
    'fraction',
    'funding_weighted_oi / Σ oi_usd of the same venues',
    'no venue with both',
    1 * MIN,
    10 * MIN,
  ],
  ['funding_z', 'σ', 'OI-weighted funding_z', 'no venue with both', 1 * MIN, 10 * MIN],
  ['funding_median', 'fraction', 'median funding_8h weighted by 24 h volume', 'below 2 venues of 1 M', 1 * MIN, 10 * MIN],
  ['funding_max_dev', 'fraction', 'largest distance of a venue from funding_median', 'as funding_median', 1 * MIN, 10 * MIN],
  ['global_ls_ratio', 'ratio', 'OI-weighted global_ls_ratio', 'no venue with both', 2 * MIN, 10 * MIN],
  ['global_ls_z', 'σ', 'OI-weighted global_ls_z', 'no venue with both', 2 * MIN, 10 * MIN],
  ['top_pos_ls_z', 'σ', 'OI-weighted top_pos_ls_z', 'no venue with both', 2 * MIN, 10 * MIN],
  ['taker_buy_sell_ratio', 'ratio', 'Σ taker_buy_usd / Σ taker_sell_usd', 'a side 0, or below 10 000 USD', 10 * S, 2 * MIN],
  ['cvd', 'USD', 'Σ cvd', 'no venue', 10 * S, 2 * MIN],
  ['liq_ratio_5m', '[−1, 1]', '(L − S) / (L + S), trailing 5 min', 'L + S below 25 000 USD', 30 * S, 5 * MIN],
  ['liq_ratio_1h', '[−1, 1]', '(L − S) / (L + S), trailing hour', 'L + S below 25 000 USD', 30 * S, 5 * MIN],
  ['liq_intensity_5m', 'fraction', '(L + S) / Σ oi_usd, trailing 5 min', 'no open interest', 30 * S, 5 * MIN],
  ['liq_intensity_1h', 'fraction', '(L + S) / Σ oi_usd, trailing hour', 'no open interest', 30 * S, 5 * MIN],
] as const satisfies readonly Row[];

const ON_SYMBOL_TIMEFRAMES = [
  ['oi_z', 'σ', 'OI-weighted oi_z', 'no venue', 15 * S, 3 * MIN],
  ['ls_delta_pct', '%', '100·(aggregate global_ls_ratio now / one timeframe ago − 1)', 'no value then', 2 * MIN, 10 * MIN],
  ['ret', 'fraction', 'change of the primary mid over one timeframe', 'no value then', 0, 5 * S],
  ['oi_chg_pct', '%', 'change of aggregate oi_usd over one timeframe', 'no value then', 15 * S, 3 * MIN],
  ['confluence_score', '[−1, 1]', 'Σ w·tanh(x/s) / Σ w over available inputs', 'coverage below 0.60', 15 * S, 1 * MIN],
] as const satisfies readonly Row[];

export type InstrumentMetric = (typeof ON_BOTH)[number][0] | (typeof ON_DERIVATIVES)[number][0];
export type SymbolMetric = (typeof ON_SYMBOLS)[number][0];
export type SymbolTimeframeMetric = (typeof ON_SYMBOL_TIMEFRAMES)[number][0];

export const INSTRUMENT_METRICS = [
  ...define('instrument', 'both', ON_BOTH),
  ...define('instrument', 'derivative', ON_DERIVATIVES),
];
export const INSTRUMENT_TIMEFRAME_METRICS = define('instrument_timeframe', 'derivative', ON_INSTRUMENT_TIMEFRAMES);
export const SYMBOL_METRICS = define('symbol', 'both', ON_SYMBOLS);
export const SYMBOL_TIMEFRAME_METRICS = define('symbol_timeframe', 'both', ON_SYMBOL_TIMEFRAMES);

/** Every metric of the engine in the order of its rows. */
export const METRIC_DICTIONARY: readonly MetricDefinition[] = [
  ...INSTRUMENT_METRICS,
  ...INSTRUMENT_TIMEFRAME_METRICS,
  ...SYMBOL_METRICS,
  ...SYMBOL_TIMEFRAME_METRICS,
];

/** Place of each metric in its block. */
export const INSTRUMENT_PLACE = places<InstrumentMetric>(INSTRUMENT_METRICS);
export const SYMBOL_PLACE = places<SymbolMetric>(SYMBOL_METRICS);
export const SYMBOL_TIMEFRAME_PLACE = places<SymbolTimeframeMetric>(SYMBOL_TIMEFRAME_METRICS);

/** How long a value is live and carried: live up to two cadences, event-driven ones up to the stale limit. */
export function freshnessOf(metric: MetricDefinition): Freshness {
  return { liveMs: metric.cadenceMs === 0 ? metric.staleMs : 2 * metric.cadenceMs, staleMs: metric.staleMs };
}

function define(scope: MetricScope, of: MetricDefinition['of'], rows: readonly Row[]): readonly MetricDefinition[] {
  return rows.map(([id, unit, definition, nulls, cadenceMs, staleMs]) => {
    return { id, scope, unit, of, definition, nulls, cadenceMs, staleMs };
  });
}

function places<Id extends string>(metrics: readonly MetricDefinition[]): Readonly<Record<Id, number>> {
  return Object.fromEntries(metrics.map(({ id }, place) => [id, place])) as Record<Id, number>;
}
