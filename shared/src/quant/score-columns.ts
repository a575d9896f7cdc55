import type { BiasLabel } from '../contracts/quant-rows.ts';
import { type Confluence, SCORE_INPUTS } from './confluence.ts';

const WIDTH = 2 + SCORE_INPUTS.length;

/** Score, coverage, contributions and bias of every symbol and timeframe at one tick. */
export class ScoreColumns {
  readonly biases: BiasLabel[];
  readonly #data: Float64Array;

  constructor(rows: number) {
    this.biases = Array.from({ length: rows }, () => 'neutral');
    this.#data = new Float64Array(rows * WIDTH);
  }

  set(row: number, { score, coverage, contributions }: Confluence, bias: BiasLabel): void {
    const at = row * WIDTH;
    this.#data[at] = score;
    this.#data[at + 1] = coverage;
    for (let i = 0; i < SCORE_INPUTS.length; i++) this.#data[at + 2 + i] = contributions[i]!;
    this.biases[row] = bias;
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
