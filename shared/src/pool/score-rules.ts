import type { RuleScheme } from '../contracts/pool-params.ts';
import type { RankedFeature, RuleScores } from './panel.ts';
import { writeRankPct } from './rank-pct.ts';
import { rowRange } from './row-range.ts';

/** Values of the features that rules use, for in-universe rows ordered by (day, symbol). */
export interface RuleInputs {
  readonly day: Int32Array;
  readonly symbol: Int32Array;
  readonly values: ReadonlyMap<string, Float64Array>;
}

/** Every feature that any scheme uses, once. */
export function ruleFeatures(schemes: Readonly<Record<string, RuleScheme>>): string[] {
  return [...new Set(Object.values(schemes).flatMap((scheme) => scheme.map(({ feature }) => feature)))];
}

/** Raw scores of all schemes (pool spec §11): Σ weight · percentile rank within the date, in table order, missing = 0. */
export function scoreRules({ day, symbol, values }: RuleInputs, schemes: Readonly<Record<string, RuleScheme>>): RuleScores {
  const rowCount = day.length;
  const dateRows = rowsByDay(day);
  const features = new Map<string, RankedFeature>();
  for (const [name, value] of values) {
    const rankPct = new Float64Array(rowCount);
    for (const rows of dateRows) writeRankPct(value, rows, rankPct);
    features.set(name, { value, rankPct });
  }
  const scores = Object.entries(schemes).map(([name, scheme]) => [name, schemeScore(scheme, features, rowCount)] as const);
  return { rowCount, day, symbol, schemes: new Map(scores), features };
}

function schemeScore(scheme: RuleScheme, features: ReadonlyMap<string, RankedFeature>, rowCount: number): Float64Array {
  const score = new Float64Array(rowCount);
  for (const { feature, weight } of scheme) {
    const ranks = features.get(feature)!.rankPct;
    for (let row = 0; row < rowCount; row++) if (!Number.isNaN(ranks[row]!)) score[row]! += weight * ranks[row]!;
  }
  return score;
}

function rowsByDay(day: Int32Array): Int32Array[] {
  const groups: Int32Array[] = [];
  for (let from = 0; from < day.length; ) {
    let to = from;
    while (to < day.length && day[to] === day[from]) to++;
    groups.push(rowRange(from, to));
    from = to;
  }
  return groups;
}
