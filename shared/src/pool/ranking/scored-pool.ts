import type { PoolDecision } from '../../contracts/pool-decision.ts';
import type { ScoreWeights } from '../../contracts/pool-params.ts';
import type { FittedModels } from '../models/fit-models.ts';
import type { BlendedRow } from './blend-rows.ts';
import type { RankKey, RankKeys } from './rank-order.ts';

/** The decision of a build with everything that led to it. */
export interface ScoredPool {
  readonly decision: PoolDecision;
  /** Component weights of the regime on as_of. */
  readonly weights: ScoreWeights;
  /** Members in ranking order, those without a final score last. */
  readonly members: readonly ScoredMember[];
  /** Undefined when the ranking stands on rules alone. */
  readonly models: FittedModels | undefined;
  readonly warnings: readonly ScoreWarning[];
}

/** Place of a member in the ranking. */
export interface Ranked {
  /** 1 … n; null without a final score. */
  readonly rank: number | null;
  readonly selected: boolean;
  /** What put it behind the member just ahead of it, when their final scores are equal. */
  readonly tieBreak: TieBreak | null;
}

export interface ScoredMember extends BlendedRow, Ranked {
  readonly symbol: string;
  /** Row of `panel.scoring`. */
  readonly scoringRow: number;
  /** Row of `panel.rules`. */
  readonly rulesRow: number;
  readonly keys: RankKeys;
}

export interface TieBreak {
  readonly behind: string;
  readonly key: Exclude<RankKey, 'final'>;
}

/** Something a publisher must know about a ranking that was made anyway. */
export interface ScoreWarning {
  readonly code: 'rule_only' | 'pool_short';
  readonly message: string;
}
