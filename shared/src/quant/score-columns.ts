import type { BiasLabel } from '../contracts/quant-rows.ts';
import { putScore, type ScoreScales, SCORE_WIDTH as WIDTH } from './confluence.ts';

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
    putScore(this.#data, row * WIDTH, terms, from, scales);
  }

  score(row: number): number {
    return this.#data[row * WIDTH]!;
  }

  coverage(row: number): number {
    return this.#data[row * WIDTH + 1]!;
  }

  contribution(row: number, input: number): number {
    return this.#data[row * WIDTH + 2 + input]!;
  }
}
