/** The 36 model features that differ between symbols of a date, in model order (pool spec §8). */
export const CROSS_SECTIONAL_FEATURES = [
  'roc20',
  'roc60',
  'roc120',
  'rs20',
  'rs60',
  'rs120',
  'rs_combo',
  'rs_risk_adj',
  'price_vs_sma20',
  'price_vs_sma60',
  'price_vs_sma120',
  'price_vs_sma200',
  'trend_persist_90',
  'ma200_slope',
  'dist_to_90d_high',
  'dist_to_180d_high',
  'breakout_proximity',
  'vol20',
  'vol60',
  'momentum_combo',
  'risk_adjusted_momentum',
  'downside_volatility',
  'atr_ratio',
  'rolling_drawdown',
  'ulcer_index',
  'drawdown_severity',
  'quote_volume',
  'avg_quote_vol_30',
  'avg_quote_vol_90',
  'avg_quote_vol_180',
  'liquidity_stability',
  'age_days',
  'tradable_ratio_180',
  'rolling_beta_to_btc',
  'rolling_corr_to_btc',
  'recent_liquidity_acceleration',
] as const;

/** The eight model features that are equal for all symbols of a date. */
export const DATE_FEATURES = [
  'btc_above_ma200',
  'btc_ma200_slope',
  'btc_zscore_120',
  'breadth_above_sma60',
  'breadth_above_sma200',
  'universe_momentum_dispersion',
  'universe_rs_dispersion',
  'single_leader_burst',
] as const;

/** The 44 columns of a model matrix, in model order. */
export const MODEL_FEATURES = [...CROSS_SECTIONAL_FEATURES, ...DATE_FEATURES] as const;

export type DateFeature = (typeof DATE_FEATURES)[number];
