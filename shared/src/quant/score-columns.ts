import type { BiasLabel } from '../contracts/quant-rows.ts';
import { availableWeight, coverageOf, SCORE_INPUTS, type ScoreScales, scoreOf } from './confluence.ts';

const SCORE = 0;
const COVERAGE = 1;
const CONTRIBUTIONS = 2;
const WIDTH = CONTRIBUTIONS + SCORE_INPUTS.length;

/** Score, coverage, contributions and bias of every symbol and timeframe at one tick. */
export class ScoreColumns {
  readonly biases: BiasLabel[];
  readonly #data: Float64Array;

  constructor(rows: number) {
    this.biases = Array.from({ length: rows }, () => 'neutral');
    this.#data = new Float64Array(rows * WIDTH);
  }

  /** Writes the score of the terms that begin at `from`, with what belongs to it. */
  set(row: number, terms: Float64Array, from: number, scales: ScoreScales): void {
    const data = this.#data;
    const at = row * WIDTH;
    const weight = availableWeight(terms, from, scales);
    data[at + SCORE] = scoreOf(terms, from, weight, scales);
    data[at + COVERAGE] = coverageOf(weight);
    for (let i = 0; i < SCORE_INPUTS.length; i++) data[at + CONTRIBUTIONS + i] = terms[from + i]! / weight;
  }

  score(row: number): number {
    return this.#data[row * WIDTH + SCORE]!;
  }

  coverage(row: number): number {
    return this.#data[row * WIDTH + COVERAGE]!;
  }

  contribution(row: number, input: number): number {
    return this.#data[row * WIDTH + CONTRIBUTIONS + input]!;
  }
}
