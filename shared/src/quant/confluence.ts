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

/** A binary sum of decimal weights is cleaned to this many parts. */
const WEIGHT_PARTS = 1e9;

/** Σ w·tanh(x/s) / Σ w over the available inputs (quant spec §4.1). `inputs` in the order of `SCORE_INPUTS`, NaN = not available. */
export function confluence(inputs: ArrayLike<number>, params: QuantParams['score']): Confluence {
  const terms = new Float64Array(SCORE_INPUTS.length);
  for (let at = 0; at < SCORE_INPUTS.length; at++) terms[at] = scoreTerm(at, inputs[at]!, params);
  return scoreOf(terms, params, []);
}

/** w·tanh(x/s) of the input at a place of `SCORE_INPUTS`. */
export function scoreTerm(at: number, input: number, params: QuantParams['score']): number {
  const { scale, weight } = params.inputs[SCORE_INPUTS[at]!];
  return weight * hyperbolicTangent(input / scale);
}

/** The score of all terms: timeframes share most of them. The contributions are written into an array of the caller's. */
export function scoreOf(terms: Float64Array, params: QuantParams['score'], contributions: number[]): Confluence {
  let weights = 0;
  let sum = 0;
  for (let at = 0; at < SCORE_INPUTS.length; at++) {
    const term = terms[at]!;
    if (Number.isNaN(term)) continue;
    weights += params.inputs[SCORE_INPUTS[at]!].weight;
    sum += term;
  }
  for (let at = 0; at < SCORE_INPUTS.length; at++) contributions[at] = terms[at]! / weights;
  const coverage = Math.round(weights * WEIGHT_PARTS) / WEIGHT_PARTS;
  const enough = weights > 0 && coverage >= params.min_coverage;
  return { score: enough ? sum / weights : Number.NaN, coverage, contributions };
}
