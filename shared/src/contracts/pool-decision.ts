import type { RegimeName } from './pool-params.ts';

/** One member of the universe as ranked on as_of. Scores are fractions in [0, 1]; null = missing. */
export interface RankedMember {
  readonly symbol: string;
  readonly baseAsset: string | null;
  /** Components after rank normalisation within the members (pool spec §14), as `latest_ranking.csv` publishes them. */
  readonly ruleScore: number | null;
  readonly linearScore: number | null;
  readonly mlScore: number | null;
  readonly finalScore: number | null;
  readonly confidence: number | null;
  /** 1 … n in ranking order over members with a final score; null without one. */
  readonly currentRank: number | null;
  readonly selected: boolean;
}

/**
 * The decision of one build, handed from the pool to the release: who may be traded, in which order, and why it may be trusted.
 * `members` are in ranking order; `universe` is ascending by symbol and holds the same symbols.
 */
export interface PoolDecision {
  /** `YYYY-MM-DD`. */
  readonly asOfDate: string;
  readonly mode: string;
  readonly poolSize: number;
  readonly regime: RegimeName;
  readonly regimeConfidence: number;
  readonly universe: readonly string[];
  readonly members: readonly RankedMember[];
}
