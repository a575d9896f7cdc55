import { type Channel, type Stream, streamKey } from './stream.ts';

/** The streams of one socket: which was confirmed, and which message asked for which. Streams go by their index. */
export class Subscriptions {
  readonly streams: readonly Stream[];
  /** Symbol of each instrument, by the instrument's index. */
  readonly symbols: readonly string[];
  readonly #indices: ReadonlyMap<string, number>;
  readonly #at: ReadonlyMap<string, number>;
  /** Book stream of each instrument, by the instrument's index. */
  readonly #books: readonly (number | undefined)[];
  readonly #confirmed: boolean[];
  readonly #asked = new Map<number, readonly number[]>();
  #nextId = 1;

  constructor(streams: readonly Stream[], symbols: readonly string[]) {
    this.streams = streams;
    this.symbols = symbols;
    this.#indices = new Map(symbols.map((symbol, index) => [symbol, index]));
    this.#at = new Map(streams.map((stream, index) => [streamKey(stream), index]));
    this.#books = symbols.map((symbol) => this.at('book', symbol));
    this.#confirmed = streams.map(() => false);
  }

  at(channel: Channel, symbol: string): number | undefined {
    return this.#at.get(streamKey({ channel, symbol }));
  }

  /** Index of the instrument with this symbol, −1 when it is not followed. */
  instrumentOf(symbol: string): number {
    return this.#indices.get(symbol) ?? -1;
  }

  bookOf(instrument: number): number | undefined {
    return this.#books[instrument];
  }

  chosen(indices: readonly number[]): readonly Stream[] {
    return indices.map((index) => this.streams[index]!);
  }

  /** Id for the next message, which asks for these streams. */
  ask(indices: readonly number[]): number {
    const id = this.#nextId;
    this.#nextId += 1;
    if (indices.length > 0) this.#asked.set(id, indices);
    return id;
  }

  /** Streams that a message asked for, once; undefined when it asked for none or was answered. */
  answered(id: number): readonly number[] | undefined {
    const indices = this.#asked.get(id);
    this.#asked.delete(id);
    return indices;
  }

  /** True the first time. */
  confirm(index: number): boolean {
    if (this.#confirmed[index] !== false) return false;
    this.#confirmed[index] = true;
    return true;
  }

  isConfirmed(index: number): boolean {
    return this.#confirmed[index] === true;
  }

  withdraw(indices: readonly number[]): void {
    for (const index of indices) this.#confirmed[index] = false;
  }

  /** A new socket knows nothing. */
  reset(): void {
    this.#confirmed.fill(false);
    this.#asked.clear();
  }
}
