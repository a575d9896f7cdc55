import { z } from 'zod';
import { regimeNames } from './pool-params.ts';
import { dateText, sha256Text } from './text-forms.ts';

const count = z.number().int().nonnegative();
const score = z.number().nullable();

const reason = z.strictObject({
  code: z.string().min(1),
  observed: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  threshold: z.union([z.string(), z.number(), z.boolean()]).nullable(),
});

const finding = z.strictObject({
  date: dateText,
  code: z.string().min(1),
  effect: z.string().min(1),
  field: z.string().nullable(),
  observed: z.union([z.string(), z.number()]).nullable(),
});

/** One component of the blend: raw score, percentile rank among the members, weight of the regime, share of the final score. */
const component = z.strictObject({ raw: score, rank_pct: score, weight: z.number(), contribution: z.number() });

const ruleTerm = z.strictObject({
  feature: z.string(),
  value: score,
  rank_pct: score,
  weight: z.number(),
  /** weight · rank_pct; the points add up to the raw score. */
  points: z.number(),
});

const linearTerm = z.strictObject({
  feature: z.string(),
  value: z.number(),
  /** True when the value was missing and stands for the training median. */
  imputed: z.boolean(),
  coefficient: z.number(),
  z: z.number(),
  /** coefficient · z; intercept and contributions add up to the raw score. */
  contribution: z.number(),
});

const mlTerm = z.strictObject({
  feature: z.string(),
  value: z.number(),
  imputed: z.boolean(),
  /** Learning rate · change of node mean, summed over all paths; base and contributions add up to the raw score. */
  contribution: z.number(),
});

const member = z.strictObject({
  symbol: z.string(),
  base_asset: z.string().nullable(),
  rank: z.number().int().positive(),
  final_score: z.number(),
  confidence: z.strictObject({ value: z.number(), agreement: z.number(), edge: z.number() }),
  /** What put it behind the member ahead of it when the final scores are equal. */
  tie_break: z
    .strictObject({
      behind: z.string(),
      key: z.enum(['confidence', 'liquidity_stability', 'avg_quote_vol_180', 'symbol']),
    })
    .nullable(),
  /** Ranked but not selected: how much final score is missing to the last selected. */
  below_cutoff: z.strictObject({ distance: z.number() }).nullable(),
  liquidity_stability: score,
  avg_quote_vol_180: score,
  streaks: z.strictObject({ eligible: count, ineligible: count }),
  /** No longer a candidate, kept until the streak reaches what is allowed. */
  exit_pending: z.strictObject({ streak: count, allowed: count }).nullable(),
  components: z.strictObject({ rule: component, linear: component, ml: component }),
  rule: z.array(ruleTerm),
  linear: z.strictObject({ intercept: z.number(), features: z.array(linearTerm) }).nullable(),
  ml: z.strictObject({ base: z.number(), features: z.array(mlTerm) }).nullable(),
  findings: z.array(finding),
});

const excluded = z.strictObject({
  symbol: z.string(),
  stage: z.enum(['metadata', 'data', 'eligibility', 'hysteresis', 'ranking']),
  reasons: z.array(reason).min(1),
  findings: z.array(finding),
});

const regime = z.strictObject({
  name: regimeNames,
  confidence: z.number(),
  /** Number of the first rule that held, and its condition (pool spec §12). */
  rule: z.number().int().min(1).max(4),
  condition: z.string(),
  inputs: z.strictObject({
    btc_above_ma200: score,
    btc_zscore_120: score,
    breadth_above_sma60: score,
    breadth_above_sma200: score,
    universe_momentum_dispersion: score,
    universe_rs_dispersion: score,
    single_leader_burst: score,
  }),
  burst_sigma: z.number(),
  weights: z.strictObject({ rule: z.number(), linear: z.number(), ml: z.number() }),
});

const thresholds = z.strictObject({
  min_age_days: z.number(),
  min_avg_quote_vol_30: z.number(),
  min_avg_quote_vol_90: z.number(),
  min_avg_quote_vol_180: z.number(),
  min_liquidity_stability: z.number(),
  min_tradable_ratio_180: z.number(),
  liquid_day_quote_volume: z.number(),
  min_liquidity_days_90: z.number(),
  min_liquidity_days_180: z.number(),
  entry_confirmations: z.number(),
  exit_confirmations: z.number(),
});

/**
 * `explain.json`, evidence of a release: why every symbol of the metadata or the candles is selected, ranked or excluded, with
 * every number behind it (pool spec §16). Fractions in [0, 1] unless said; null = missing.
 */
export const explainSchema = z.strictObject({
  schema: z.literal('explain.v1'),
  as_of_date: dateText,
  mode: z.string(),
  pool_size: z.number().int().positive(),
  params: z.strictObject({ id: z.string(), sha256: sha256Text }),
  /** Input objects, ascending by name. */
  inputs: z.array(z.strictObject({ name: z.string(), sha256: sha256Text })),
  source: z.strictObject({ name: z.string(), volume_scale: z.number() }),
  model: z.strictObject({
    /** Null when nothing was fitted and the ranking stands on rules alone. */
    backend: z.string().nullable(),
    seed: count,
    train_start: dateText,
    train_end: dateText,
    train_rows: count,
    rule_scheme: z.string(),
  }),
  regime,
  universe: z.strictObject({
    refresh_date: dateText.nullable(),
    state: z.enum(['carried', 'derived']),
    thresholds,
  }),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string(), symbols: z.array(z.string()) })),
  counts: z.strictObject({ selected: count, ranked: count, excluded: count, total: count }),
  /** In ranking order. */
  selected: z.array(member),
  /** Members behind the cut, in ranking order. */
  ranked: z.array(member),
  /** Ascending by symbol. */
  excluded: z.array(excluded),
});

export type Explain = z.infer<typeof explainSchema>;
export type ExplainedMember = z.infer<typeof member>;
export type ExplainedExclusion = z.infer<typeof excluded>;
