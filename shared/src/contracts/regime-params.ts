import { z } from 'zod';

/** What the detector can say (signals spec §6). */
export const REGIMES = ['trending', 'highvol', 'choppy', 'mixed'] as const;

export const regimeName = z.enum(REGIMES);
export type Regime = z.infer<typeof regimeName>;

/** Labels that indicators vote for; `mixed` is what is left when none has half of the votes. */
export const VOTED_REGIMES = ['trending', 'highvol', 'choppy'] as const satisfies readonly Regime[];

export type VotedRegime = (typeof VOTED_REGIMES)[number];

const count = z.int().positive();
const positive = z.number().positive();
const share = z.number().min(0).max(1);
const percent = z.int().min(0).max(100);

/** Weights of the factors in percent; social is added elsewhere and may never weigh in here. */
export const factorWeightsSchema = z
  .strictObject({
    momentum: percent.min(25),
    technical: percent,
    volume: percent,
    quality: percent,
    catalyst: percent,
  })
  .refine((weights) => Object.values(weights).reduce((sum, weight) => sum + weight, 0) === 100, 'weights must sum to 100');

/** Limits that a regime sets for entries: it can tighten a gate, never loosen it (signals spec §7). */
export const regimeLimitsSchema = z.strictObject({
  /** Least 4h return in percent points. */
  movement_pct: positive,
  spread_bps: positive,
  depth_usd: positive,
  vadr: positive,
});

const row = z.strictObject({ weights: factorWeightsSchema, limits: regimeLimitsSchema });

/** Weight of an indicator's vote and the two limits between its three answers. */
const vote = z
  .strictObject({ weight: count, low: z.number(), high: z.number() })
  .refine(({ low, high }) => low < high, 'low must be less than high');

/** Business parameters of the regime detector, `shared/params/regime.json`; hashed into every snapshot. */
export const regimeParamsSchema = z.strictObject({
  schema: z.literal('regime_params.v1'),
  id: z.string().regex(/^[a-z][a-z0-9_]*$/),
  universe: z
    .strictObject({
      /** Symbols of the regime universe: the best by average daily quote volume. */
      size: count,
      /** Symbols that are read to find them: the best by the venue's own 24 h quote volume. */
      shortlist: count,
      /** Fewer valid symbols make an indicator null. */
      min_valid: count,
      /** Days of the average daily quote volume, and the fewest of them. */
      adv_days: count,
      adv_min_days: count,
    })
    .refine(({ size, shortlist }) => size <= shortlist, 'shortlist must not be less than size')
    .refine(({ min_valid, size }) => min_valid <= size, 'min_valid must not exceed size'),
  realized_vol: z.strictObject({ returns: count.min(2), hours_per_year: count }),
  breadth: z.strictObject({ average_days: count }),
  /** `bars` 4h bars; the average begins with the mean of the first `ema_bars` and goes on with α = 2 / (ema_bars + 1). */
  thrust: z
    .strictObject({ bars: count, ema_bars: count })
    .refine(({ bars, ema_bars }) => bars >= ema_bars, 'bars must not be less than ema_bars'),
  votes: z.strictObject({ realized_vol_7d: vote, pct_above_20ma: vote, breadth_thrust: vote, min_share: share }),
  stability: z.strictObject({
    /** Boundaries that count, the one judged included. */
    boundaries: count,
    /** Sum of a challenger in percent of the incumbent's. */
    lead_percent: z.int().min(100),
    min_boundaries_between_changes: count,
    /** Whether highvol with at least this share of the votes takes effect at once. */
    fast_highvol: z.boolean(),
    fast_highvol_share: share,
  }),
  /** Minutes after `valid_until` from which a snapshot counts as mixed. */
  stale_after_valid_min: z.int().nonnegative(),
  /** `risk_off` is a flag that operators and guards set; `unknown` answers to any other name. */
  regimes: z.strictObject({ trending: row, highvol: row, choppy: row, mixed: row, risk_off: row, unknown: row }),
});

export type RegimeParams = z.infer<typeof regimeParamsSchema>;
export type RegimeRow = z.infer<typeof row>;

/** Parameters and the SHA-256 of their canonical JSON. */
export interface LoadedRegimeParams {
  readonly params: RegimeParams;
  readonly sha256: string;
}
