import type { QuantParams } from '../../contracts/quant-params.ts';
import type { BiasLabel } from '../../contracts/quant-rows.ts';
import { advanceBias, type BiasState, FIRST_BIAS } from '../bias.ts';
import type { StateArena } from './state-arena.ts';

const LABELS: readonly BiasLabel[] = ['neutral', 'long', 'short', 'unknown'];
const WIDTH = 4;

/** The bias of each symbol and timeframe, one row each. */
export class BiasTable {
  readonly #data: Float64Array;
  /** The row at work. */
  readonly #state = { ...FIRST_BIAS };

  constructor(arena: StateArena, rows: number) {
    this.#data = arena.take(WIDTH * rows);
    this.reset();
  }

  /** Every row as it was at the very beginning. */
  reset(): void {
    for (let row = 0; row < this.#data.length / WIDTH; row++) this.#store(row, FIRST_BIAS);
  }

  /** Moves a row on by one score, NaN for null, and gives its label. */
  advance(row: number, score: number, params: QuantParams['bias']): BiasLabel {
    const data = this.#data;
    const state = this.#state;
    const at = WIDTH * row;
    state.label = LABELS[data[at]! | 0]!;
    state.wanted = LABELS[data[at + 1]! | 0]!;
    state.ticks = data[at + 2]! | 0;
    state.nulls = data[at + 3]! | 0;
    advanceBias(state, score, params);
    this.#store(row, state);
    return state.label;
  }

  #store(row: number, { label, wanted, ticks, nulls }: BiasState): void {
    const at = WIDTH * row;
    this.#data[at] = LABELS.indexOf(label);
    this.#data[at + 1] = LABELS.indexOf(wanted);
    this.#data[at + 2] = ticks;
    this.#data[at + 3] = nulls;
  }
}
