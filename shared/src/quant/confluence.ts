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

/** A binary sum of decimal weights is cleaned to this many parts. */
const WEIGHT_PARTS = 1e9;

/** Σ w·tanh(x/s) / Σ w over the available inputs (quant spec §4.1). `inputs` in the order of `SCORE_INPUTS`, NaN = not available. */
export function confluence(inputs: ArrayLike<number>, params: QuantParams['score']): Confluence {
  const scales = scoreScales(params);
  const terms = Float64Array.from(SCORE_INPUTS, (_, at) => scoreTerm(at, inputs[at]!, scales));
  const weights = availableWeight(terms, 0, scales);
  const contributions = Array.from(terms, (term) => term / weights);
  return { score: scoreOf(terms, 0, weights, scales), coverage: coverageOf(weights), contributions };
}

export function scoreScales({ inputs, min_coverage: minCoverage }: QuantParams['score']): ScoreScales {
  const weights = Float64Array.from(SCORE_INPUTS, (name) => inputs[name].weight);
  return { weights, scales: Float64Array.from(SCORE_INPUTS, (name) => inputs[name].scale), minCoverage };
}

/** w·tanh(x/s) of the input at a place of `SCORE_INPUTS`. */
export function scoreTerm(at: number, input: number, { weights, scales }: ScoreScales): number {
  return weights[at]! * hyperbolicTangent(input / scales[at]!);
}

/** Σ w over the available ones of the terms that begin at `from`. */
export function availableWeight(terms: Float64Array, from: number, { weights }: ScoreScales): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) if (!Number.isNaN(terms[from + at]!)) sum += weights[at]!;
  return sum;
}

export function coverageOf(weight: number): number {
  return Math.round(weight * WEIGHT_PARTS) / WEIGHT_PARTS;
}

/** The score of the terms that begin at `from`, whose available weight is known. */
export function scoreOf(terms: Float64Array, from: number, weight: number, { weights, minCoverage }: ScoreScales): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) if (!Number.isNaN(terms[from + at]!)) sum += terms[from + at]!;
  return weight > 0 && coverageOf(weight) >= minCoverage ? sum / weight : Number.NaN;
}
