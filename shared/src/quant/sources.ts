import { INSTRUMENT_METRICS, INSTRUMENT_PLACE, type InstrumentMetric, SYMBOL_METRICS, type SymbolMetric } from './dictionary.ts';

/**
 * Where values come from. All values of one source at a tick have its times, and its quality unless a number itself is suspect.
 * `depth_usd`, `taker` and `oi_usd` are depth, trades and open interest once a stablecoin is counted as a dollar.
 */
const SOURCES_OF_INSTRUMENT = [
  'trade',
  'top',
  'drift',
  'volatility',
  'depth',
  'depth_usd',
  'taker',
  'taker_venue',
  'bars',
  'health',
  // From here on those that only derivatives have.
  'mark',
  'index',
  'funding',
  'funding_trend',
  'basis',
  'oi',
  'oi_usd',
  'accounts',
  'top_positions',
  'top_accounts',
  'liquidations',
  'residual',
] as const;

const SOURCES_OF_SYMBOL = [
  'mid',
  'imbalance',
  'volatility',
  'oi_usd',
  'oi_z_24h',
  'funding',
  'funding_z',
  'funding_median',
  'global_ls_ratio',
  'global_ls_z',
  'top_pos_ls_z',
  'taker',
  'cvd',
  'liquidations_5m',
  'liquidations_1h',
] as const;

export type InstrumentSource = (typeof SOURCES_OF_INSTRUMENT)[number];
export type SymbolSource = (typeof SOURCES_OF_SYMBOL)[number];

const OF_INSTRUMENT_METRIC: Readonly<Record<InstrumentMetric, InstrumentSource>> = {
  price: 'trade',
  mid: 'top',
  microprice: 'top',
  spread_bps: 'top',
  spread_bps_60s: 'top',
  imbalance: 'depth',
  depth_delta_usd_10: 'depth_usd',
  depth_delta_usd_25: 'depth_usd',
  depth_delta_usd_100: 'depth_usd',
  depth_chg_pct_10: 'depth',
  depth_chg_pct_25: 'depth',
  depth_chg_pct_100: 'depth',
  depth_2pct_bid_usd: 'depth_usd',
  depth_2pct_ask_usd: 'depth_usd',
  depth_2pct_total_usd: 'depth_usd',
  depth_2pct_min_usd: 'depth_usd',
  drift_bps: 'drift',
  taker_buy_usd: 'taker',
  taker_sell_usd: 'taker',
  taker_buy_sell_ratio: 'taker',
  taker_ratio_venue: 'taker_venue',
  cvd: 'taker',
  volatility: 'volatility',
  parkinson_24h: 'bars',
  vadr: 'bars',
  quote_volume_24h: 'bars',
  venue_health: 'health',
  mark_price: 'mark',
  index_price: 'index',
  funding_rate_raw: 'funding',
  funding_interval_h: 'funding',
  funding_8h: 'funding',
  funding_apr: 'funding',
  funding_z: 'funding',
  funding_trend: 'funding_trend',
  funding_trend_t: 'funding_trend',
  basis: 'basis',
  basis_pct: 'basis',
  basis_apr: 'basis',
  oi_base: 'oi',
  oi_usd: 'oi_usd',
  oi_z_24h: 'oi_usd',
  global_ls_ratio: 'accounts',
  top_pos_ls_ratio: 'top_positions',
  top_acc_ls_ratio: 'top_accounts',
  global_ls_z: 'accounts',
  top_pos_ls_z: 'top_positions',
  liq_long_usd_5m: 'liquidations',
  liq_short_usd_5m: 'liquidations',
  liq_long_usd_1h: 'liquidations',
  liq_short_usd_1h: 'liquidations',
  oi_residual: 'residual',
  oi_residual_usd: 'residual',
};

const OF_SYMBOL_METRIC: Readonly<Record<SymbolMetric, SymbolSource>> = {
  mid: 'mid',
  imbalance: 'imbalance',
  volatility: 'volatility',
  ret_15m: 'mid',
  oi_usd: 'oi_usd',
  oi_z_24h: 'oi_z_24h',
  funding_weighted_oi: 'funding',
  oi_weighted_funding: 'funding',
  funding_z: 'funding_z',
  funding_median: 'funding_median',
  funding_max_dev: 'funding_median',
  global_ls_ratio: 'global_ls_ratio',
  global_ls_z: 'global_ls_z',
  top_pos_ls_z: 'top_pos_ls_z',
  taker_buy_sell_ratio: 'taker',
  cvd: 'cvd',
  liq_ratio_5m: 'liquidations_5m',
  liq_ratio_1h: 'liquidations_1h',
  liq_intensity_5m: 'liquidations_5m',
  liq_intensity_1h: 'liquidations_1h',
};

/** Place of each source in the block of an instrument or symbol. */
export const INSTRUMENT_SOURCE = places(SOURCES_OF_INSTRUMENT);
export const SYMBOL_SOURCE = places(SOURCES_OF_SYMBOL);
export const INSTRUMENT_SOURCES = SOURCES_OF_INSTRUMENT.length;
export const SYMBOL_SOURCES = SOURCES_OF_SYMBOL.length;

/** Whether only derivatives have it. */
export function isSourceOfDerivatives(source: number): boolean {
  return source >= INSTRUMENT_SOURCE.mark;
}

/** Source of the metric at each place of a block; `oi_z` of the timeframes is of the same as `oi_z_24h`. */
export const SOURCE_OF_INSTRUMENT_PLACE = INSTRUMENT_METRICS.map(({ id }) => {
  return INSTRUMENT_SOURCE[OF_INSTRUMENT_METRIC[id as InstrumentMetric]];
});
export const SOURCE_OF_INSTRUMENT_OI_Z = SOURCE_OF_INSTRUMENT_PLACE[INSTRUMENT_PLACE.oi_z_24h]!;
export const SOURCE_OF_SYMBOL_PLACE = SYMBOL_METRICS.map(({ id }) => SYMBOL_SOURCE[OF_SYMBOL_METRIC[id as SymbolMetric]]);

function places<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, place) => [name, place])) as Record<Name, number>;
}
