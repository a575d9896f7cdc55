import { z } from 'zod';
import { regimeNames } from './pool-params.ts';
import { dateText } from './text-forms.ts';

const score = z.number().nullable();

/** One member of the universe as ranked on as_of. Scores are fractions in [0, 1]; null = missing. */
const rankedMember = z
  .strictObject({
    symbol: z.string(),
    baseAsset: z.string().nullable(),
    /** Components after rank normalisation within the members (pool spec §14), as `latest_ranking.csv` publishes them. */
    ruleScore: score,
    linearScore: score,
    mlScore: score,
    finalScore: score,
    confidence: score,
    /** 1 … n in ranking order over members with a final score; null without one. */
    currentRank: z.number().int().positive().nullable(),
    selected: z.boolean(),
  })
  .readonly();

/**
 * The decision of one build, handed from the pool to the release: who may be traded, in which order, and why it may be trusted.
 * `members` are in ranking order; `universe` is ascending by symbol and holds the same symbols. Between two stages it travels as
 * `decision.json`, whose numbers are exact: JSON's shortest form reads back as the same float.
 */
export const poolDecisionSchema = z
  .strictObject({
    /** `YYYY-MM-DD`. */
    asOfDate: dateText,
    mode: z.string(),
    poolSize: z.number().int().positive(),
    regime: regimeNames,
    regimeConfidence: z.number(),
    universe: z.array(z.string()).readonly(),
    members: z.array(rankedMember).readonly(),
  })
  .readonly();

export type RankedMember = z.infer<typeof rankedMember>;
export type PoolDecision = z.infer<typeof poolDecisionSchema>;
