import type { ScoredPool } from '../ranking/scored-pool.ts';
import type { ModelColumns } from './panel-csv.ts';

/** What the models and the ranking add to the panel table. */
export function modelColumns(pool: ScoredPool): ModelColumns {
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const bySymbol = pool.members.map(({ symbol, raw, normalised, blend, rank, selected }) => {
    const cells = {
      ruleScore: orNull(normalised.rule),
      linearScore: orNull(normalised.linear),
      mlScore: orNull(normalised.ml),
      linearScoreRaw: orNull(raw.linear),
      mlScoreRaw: orNull(raw.ml),
      finalScore: orNull(blend.final),
      confidence: orNull(blend.confidence),
      currentRank: rank,
      selected,
    };
    return [symbol, cells] as const;
  });
  return { weights: pool.weights, bySymbol: new Map(bySymbol) };
}
