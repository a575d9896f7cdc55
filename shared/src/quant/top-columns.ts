import type { QuantSummaryRow } from '../contracts/quant-rows.ts';
import type { QuantSymbol } from './quant-symbol.ts';
import type { SampleTable } from './state/sample-table.ts';

export type TopLevels = NonNullable<QuantSummaryRow['top_levels']>;

const WIDTH = 4;

/** Best levels of each symbol's primary venue as they were at one tick. */
export class TopColumns {
  readonly #symbols: readonly QuantSymbol[];
  readonly #places: Int32Array;
  readonly #levels: Float64Array;

  constructor(symbols: readonly QuantSymbol[]) {
    this.#symbols = symbols;
    this.#places = new Int32Array(symbols.length);
    this.#levels = new Float64Array(WIDTH * symbols.length);
  }

  /** Takes the levels of each symbol's instrument at a place, −1 for none. */
  take(places: Int32Array, firstRows: Int32Array, top: SampleTable): void {
    this.#places.set(places);
    for (let symbol = 0; symbol < places.length; symbol++) {
      if (places[symbol]! < 0) continue;
      const row = firstRows[symbol]! + places[symbol]!;
      for (let i = 0; i < WIDTH; i++) this.#levels[WIDTH * symbol + i] = top.value(row, i);
    }
  }

  /** Levels of a symbol, null without a primary venue. */
  of(symbol: number): TopLevels | null {
    const place = this.#places[symbol]!;
    if (place < 0) return null;
    const [bid, bidSize, ask, askSize] = this.#levels.subarray(WIDTH * symbol);
    return { venue: this.#symbols[symbol]!.seats[place]!.venue, bid: bid!, bid_size: bidSize!, ask: ask!, ask_size: askSize! };
  }
}
