import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.number().int().nonnegative();
const usd = z.number().nonnegative();
const assets = z.array(z.string().regex(/^[A-Z0-9]+$/));

/** Eligibility thresholds of one universe mode (pool spec §9). USD turnovers are stated for Binance spot and scaled per source. */
const universeMode = z.strictObject({
  min_age_days: count,
  min_avg_quote_vol_30: usd,
  min_avg_quote_vol_90: usd,
  min_avg_quote_vol_180: usd,
  min_liquidity_stability: share,
  min_tradable_ratio_180: share,
  /** A day is liquid when its quote volume reaches this; 0 switches the two counts off. */
  liquid_day_quote_volume: usd,
  min_liquidity_days_90: count,
  min_liquidity_days_180: count,
  entry_confirmations: z.number().int().positive(),
  exit_confirmations: z.number().int().positive(),
  exclude_high_noise: z.boolean(),
  extra_excluded_bases: assets,
});

const scoreWeights = z.strictObject({ rule: share, linear: share, ml: share });

export const regimeNames = z.enum(['risk_off', 'btc_dominant', 'broad_alt_strength', 'late_momentum']);

/** Feature and weight, in the order in which the score adds them up. */
const ruleScheme = z.array(z.strictObject({ feature: z.string(), weight: share }));

/** Business parameters of the pool, one file per set under `shared/params`. No key has a default in code (pool spec §1). */
export const poolParamsSchema = z.strictObject({
  schema: z.literal('pool_params.v1'),
  id: z.string().regex(/^[a-z][a-z0-9_]*$/),
  publishable: z.boolean(),
  source_project: z.string().min(1),
  mode: z.string().regex(/^[a-z][a-z0-9_]*$/),
  seed: count,
  benchmark_symbol: z.string(),
  history_start: z.iso.date(),
  candles: z.strictObject({
    open_candle: z.enum(['accept', 'reject']),
    repair_days: count,
    end_bound: z.enum(['next_midnight_inclusive', 'exclusive']),
    on_error: z.enum(['skip_symbol', 'retry_then_mark']),
  }),
  as_of: z.strictObject({ rule: z.enum(['last_panel_date', 'last_closed_day']) }),
  metadata: z.strictObject({
    history: z.enum(['latest', 'point_in_time']),
    quote_assets: assets,
    leveraged_rule: z.enum(['contains', 'suffix_with_underlying']),
    leveraged_keywords: assets,
    excluded_bases: assets,
    excluded_symbols: assets,
    high_noise_bases: assets,
    excluded_kinds: z.array(z.strictObject({ kind: z.string(), bases: assets })),
  }),
  calendar: z.strictObject({
    mode: z.enum(['rows', 'days']),
    min_valid_frac: share,
    lookup_lag_days: count,
    /** More missing days than this start a new episode; null = never. */
    episode_gap_days: z.number().int().positive().nullable(),
  }),
  features: z.strictObject({ stability_missing: z.enum(['skip', 'require_all']) }),
  universe: z.strictObject({
    mode: z.string(),
    partial_month_refresh: z.boolean(),
    first_date_refresh: z.boolean(),
    drop_adjacent_refresh: z.boolean(),
    state: z.enum(['rederive', 'carry']),
    /** Multiplier of every USD threshold per candle source; a source without an entry stops the build. */
    volume_scale: z.record(z.string(), z.number().positive()),
    modes: z.record(z.string(), universeMode),
  }),
  context: z.strictObject({ min_names: z.number().int().positive() }),
  labels: z.strictObject({
    missing: z.enum(['parity', 'strict']),
    delisted: z.enum(['none', 'terminal']),
    delist_haircut: share.nullable(),
    horizons: z.array(z.strictObject({ days: z.number().int().positive(), weight: share })).min(1),
    top_k: z.number().int().positive(),
    target: z.string(),
  }),
  rules: z.strictObject({ active_scheme: z.string(), schemes: z.record(z.string(), ruleScheme) }),
  regime: z.strictObject({
    burst_sigma: z.number().positive(),
    default_weights: scoreWeights,
    weights: z.record(regimeNames, scoreWeights),
  }),
  model: z.strictObject({
    backend: z.literal('hist_gbt'),
    on_insufficient: z.enum(['rule_only', 'fail']),
    min_train_rows: z.number().int().positive(),
    train_dates: z.number().int().positive(),
    /** Dates between the end of the training window and as_of: the longest label horizon. */
    embargo_dates: count,
  }),
  ridge: z.strictObject({ features: z.enum(['all', 'cross_sectional']), alpha: z.number().positive() }),
  hist_gbt: z.strictObject({
    trees: z.number().int().positive(),
    learning_rate: z.number().positive(),
    max_leaves: z.number().int().min(2),
    min_rows_leaf: z.number().int().positive(),
    column_fraction: z.number().positive().max(1),
    max_bins: z.number().int().min(2).max(255),
  }),
  pool: z.strictObject({ size: z.number().int().positive(), on_short: z.enum(['publish_short', 'fail']) }),
  prefilter: z.strictObject({
    mode: z.enum(['relaxed', 'off']),
    include_previous: z.boolean(),
    age_factor: share,
    volume_factor: share,
    stability_factor: share,
    tradable_factor: share,
    liquid_days_factor: share,
    min_symbols: count,
    max_symbols: count,
  }),
  quality: z.strictObject({ enforce: z.boolean() }),
  symbol_map: z.strictObject({ on_missing_base: z.enum(['omit', 'fail']) }),
  export: z.strictObject({
    manifest_blocks: z.array(z.enum(['identity', 'inputs'])),
    meta_rank_type: z.enum(['float', 'int']),
  }),
  shadow: z.strictObject({ activation_missing: z.enum(['as_of', 'next_calendar_day']), activation_lag_days: count }),
  validation: z.strictObject({ profile: z.enum(['reference', 'strict']) }),
  walkforward: z.strictObject({ label_end_purge: z.boolean() }),
});

export type PoolParams = z.infer<typeof poolParamsSchema>;
export type UniverseMode = z.infer<typeof universeMode>;
export type RegimeName = z.infer<typeof regimeNames>;
export type ScoreWeights = z.infer<typeof scoreWeights>;
export type RuleScheme = z.infer<typeof ruleScheme>;
