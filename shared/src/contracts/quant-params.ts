import { z } from 'zod';

const positive = z.number().positive();
const count = z.number().int().positive();

export const timeframeNames = z.enum(['1m', '5m', '15m', '30m', '1h']);

/** One input of the confluence score: x is squashed by tanh(x / scale) and weighted (quant spec §4.1). */
const scoreInput = z.strictObject({ scale: positive, weight: z.number().min(0).max(1) });

/** Business parameters of the quant engine, `shared/params/quant.json`; hashed into every row. No key has a default in code. */
export const quantParamsSchema = z.strictObject({
  schema: z.literal('quant_params.v1'),
  id: z.string().regex(/^[a-z][a-z0-9_]*$/),
  tick_ms: count,
  timeframes: z.array(timeframeNames).min(1),
  z: z.strictObject({ window: count, day_window: count, min_points: count, min_share: positive.max(1), clip: positive }),
  funding: z.strictObject({
    z_periods: count,
    z_min_periods: count,
    trend_buckets: count,
    trend_t: positive,
    /** Highest plausible rate per hour by venue; beyond it a rate is suspect (market data spec §7.2). */
    max_rate_per_h: z.record(z.string(), positive),
    /** Cross-venue median: least venues, and least 24 h quote volume of a venue. */
    median_min_venues: count,
    median_min_quote_volume: positive,
  }),
  floors_usd: z.strictObject({ taker_total: positive, liquidations: positive }),
  /** Trailing windows, ms. */
  windows_ms: z.strictObject({ taker: count, liq_short: count, liq_long: count, drift: count, depth_change: count }),
  /** How far a depth sample may lie from the time it stands for. */
  depth_change_tolerance_ms: count,
  oi_residual: z.strictObject({ hours: count, min_points: count }),
  vadr: z.strictObject({ bars: count, min_bars: count }),
  /** Stablecoins beside USD: distance from 1 at which a converted value is suspect. */
  depeg_suspect_bps: positive,
  score: z.strictObject({
    min_coverage: z.number().min(0).max(1),
    return_ms: count,
    liq_intensity_full: positive,
    inputs: z.strictObject({
      oi_momentum: scoreInput,
      taker: scoreInput,
      imbalance: scoreInput,
      global_ls: scoreInput,
      top_pos_ls: scoreInput,
      funding: scoreInput,
      liquidations: scoreInput,
    }),
  }),
  bias: z.strictObject({ enter: positive, stay: positive, confirm_ticks: count, unknown_after_nulls: count }),
  venue_health: z.strictObject({
    min_samples: count,
    max_reject_share: positive,
    max_error_share: positive,
    max_latency_p99_ms: positive,
    max_heartbeat_gap_ms: positive,
  }),
  alerts: z.strictObject({
    oi_z: positive,
    ls_high: positive,
    ls_low: positive,
    funding_8h: positive,
    liq_intensity: positive,
    taker_check_share: positive,
    taker_check_ms: count,
    required_missing_ms: count,
    rearm_share: positive.max(1),
    rearm_ms: count,
    kept: count,
  }),
  /** Venues in order of preference: the first with a live book is primary (market data spec §1.4). */
  primary_venues: z.array(z.string()).min(1),
  /** Rows of a restarted or new engine are marked warming for so many ticks. */
  warming_ticks: count,
});

export type QuantParams = z.infer<typeof quantParamsSchema>;
export type Timeframe = z.infer<typeof timeframeNames>;
export type ScoreInputName = keyof QuantParams['score']['inputs'];
