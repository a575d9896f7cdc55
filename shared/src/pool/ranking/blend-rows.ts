import type { ScoreWeights } from '../../contracts/pool-params.ts';
import { writeRankPct } from '../rank-pct.ts';
import type { Blend, ComponentScores } from './blend.ts';
import { blend } from './blend.ts';

/** Raw components of one row, the same rank-normalised, and their blend. */
export interface BlendedRow {
  readonly raw: ComponentScores;
  readonly normalised: ComponentScores;
  readonly blend: Blend;
}

/** Blends the members of one date: each component becomes its percentile rank among rows with a rule score (pool spec §14). */
export function blendRows(raw: readonly ComponentScores[], weights: ScoreWeights): BlendedRow[] {
  const masked = raw.flatMap(({ rule }, row) => (Number.isNaN(rule) ? [] : [row]));
  const ranks = (values: readonly number[]): Float64Array => {
    const out = new Float64Array(raw.length).fill(Number.NaN);
    writeRankPct(Float64Array.from(values), masked, out);
    return out;
  };
  const rule = ranks(raw.map((row) => row.rule));
  const linear = ranks(raw.map((row) => row.linear));
  const ml = ranks(raw.map((row) => row.ml));
  return raw.map((components, i) => {
    const normalised = { rule: rule[i]!, linear: linear[i]!, ml: ml[i]! };
    return { raw: components, normalised, blend: blend(normalised, weights) };
  });
}
