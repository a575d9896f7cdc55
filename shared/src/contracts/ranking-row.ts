import type { RegimeName } from './pool-params.ts';

/** Columns of latest_ranking.csv in order (release spec §2). */
export const RANKING_COLUMNS = [
  'as_of_date',
  'symbol',
  'rule_score',
  'linear_score',
  'ml_score',
  'final_score',
  'regime',
  'confidence',
  'selected_flag',
  'current_rank',
] as const;

export type RankingColumn = (typeof RANKING_COLUMNS)[number];

/** One line of latest_ranking.csv; null = empty cell. Scores are fractions in [0, 1]. */
export interface RankingRow {
  readonly as_of_date: string;
  readonly symbol: string;
  readonly rule_score: number | null;
  readonly linear_score: number | null;
  readonly ml_score: number | null;
  readonly final_score: number | null;
  readonly regime: RegimeName;
  readonly confidence: number | null;
  readonly selected_flag: boolean;
  /** 1 … n; null without a final score. */
  readonly current_rank: number | null;
}
