import type { QuantParams } from '../../contracts/quant-params.ts';
import type { BiasLabel } from '../../contracts/quant-rows.ts';
import { advanceBias, BIAS_LABELS, FIRST_BIAS, putBias, BIAS_WIDTH as WIDTH } from '../bias.ts';
import type { StateArena } from './state-arena.ts';

/** The bias of each symbol and timeframe, one row each. */
export class BiasTable {
  readonly #data: Float64Array;

  constructor(arena: StateArena, rows: number) {
    this.#data = arena.take(WIDTH * rows);
    this.reset();
  }

  /** Every row as it was at the very beginning. */
  reset(): void {
    for (let at = 0; at < this.#data.length; at += WIDTH) putBias(this.#data, at, FIRST_BIAS);
  }

  /** Moves a row on by one score, NaN for null, and gives its label. */
  advance(row: number, score: number, params: QuantParams['bias']): BiasLabel {
    const at = WIDTH * row;
    advanceBias(this.#data, at, score, params);
    return BIAS_LABELS[this.#data[at]! | 0]!;
  }
}
