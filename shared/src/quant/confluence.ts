import type { QuantParams, ScoreInputName } from '../contracts/quant-params.ts';
import { hyperbolicTangent } from '../core/elementary.ts';

/** The inputs in the order in which they are summed, which fixes the bits. */
export const SCORE_INPUTS: readonly ScoreInputName[] = [
  'oi_momentum',
  'taker',
  'imbalance',
  'global_ls',
  'top_pos_ls',
  'funding',
  'liquidations',
];

export interface Confluence {
  /** In [−1, 1]; NaN below the least coverage. */
  readonly score: number;
  /** Weight of the available inputs. */
  readonly coverage: number;
  /** Part of each input in the score, NaN where it is not available; they sum to the score. */
  readonly contributions: readonly number[];
}

/** Weight and scale of each input in their order, and the least coverage of a score. */
export interface ScoreScales {
  readonly weights: Float64Array;
  readonly scales: Float64Array;
  readonly minCoverage: number;
}

/** Numbers of a score: itself, its coverage, the contributions. */
export const SCORE_WIDTH = 2 + SCORE_INPUTS.length;

/** A binary sum of decimal weights is cleaned to this many parts. */
const WEIGHT_PARTS = 1e9;

/** Σ w·tanh(x/s) / Σ w over the available inputs (quant spec §4.1). `inputs` in the order of `SCORE_INPUTS`, NaN = not available. */
export function confluence(inputs: ArrayLike<number>, params: QuantParams['score']): Confluence {
  const scales = scoreScales(params);
  const terms = Float64Array.from(SCORE_INPUTS, (_, at) => scoreTerm(at, inputs[at]!, scales));
  const row = new Float64Array(SCORE_WIDTH);
  putScore(row, 0, terms, 0, scales);
  const [score, coverage, ...contributions] = row;
  return { score: score!, coverage: coverage!, contributions };
}

export function scoreScales({ inputs, min_coverage: minCoverage }: QuantParams['score']): ScoreScales {
  const weights = Float64Array.from(SCORE_INPUTS, (name) => inputs[name].weight);
  return { weights, scales: Float64Array.from(SCORE_INPUTS, (name) => inputs[name].scale), minCoverage };
}

/** w·tanh(x/s) of the input at a place of `SCORE_INPUTS`. */
export function scoreTerm(at: number, input: number, { weights, scales }: ScoreScales): number {
  return weights[at]! * hyperbolicTangent(input / scales[at]!);
}

/** Writes score, coverage and contributions of the terms that begin at `from` into a row of columns that begins at `at`. */
export function putScore(
  row: Float64Array,
  at: number,
  terms: Float64Array,
  from: number,
  { weights, minCoverage }: ScoreScales,
): void {
  let weight = 0;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const term = terms[from + i]!;
    if (Number.isNaN(term)) continue;
    weight += weights[i]!;
    sum += term;
  }
  const coverage = Math.round(weight * WEIGHT_PARTS) / WEIGHT_PARTS;
  row[at] = weight > 0 && coverage >= minCoverage ? sum / weight : Number.NaN;
  row[at + 1] = coverage;
  for (let i = 0; i < weights.length; i++) row[at + 2 + i] = terms[from + i]! / weight;
}
