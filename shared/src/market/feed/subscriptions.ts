import { type Channel, type Stream, streamKey } from './stream.ts';

/** `withdrawn`: ended by us and not asked for again; what still comes of it is left over. */
type Standing = 'awaited' | 'confirmed' | 'withdrawn';

/** The streams of one socket: which was confirmed, and which message asked for which. Streams go by their index. */
export class Subscriptions {
  readonly streams: readonly Stream[];
  /** Symbol of each instrument, by the instrument's index. */
  readonly symbols: readonly string[];
  readonly #indices: ReadonlyMap<string, number>;
  readonly #at: ReadonlyMap<string, number>;
  /** Book stream of each instrument, by the instrument's index. */
  readonly #books: readonly (number | undefined)[];
  readonly #standing: Standing[];
  readonly #asked = new Map<number, readonly number[]>();
  #nextId = 1;

  constructor(streams: readonly Stream[], symbols: readonly string[]) {
    this.streams = streams;
    this.symbols = symbols;
    this.#indices = new Map(symbols.map((symbol, index) => [symbol, index]));
    this.#at = new Map(streams.map((stream, index) => [streamKey(stream), index]));
    this.#books = symbols.map((symbol) => this.at('book', symbol));
    this.#standing = streams.map(() => 'awaited');
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

  /** Id for the next message, which asks for these streams; each must be confirmed anew. */
  ask(indices: readonly number[]): number {
    const id = this.#nextId;
    this.#nextId += 1;
    for (const index of indices) this.#standing[index] = 'awaited';
    if (indices.length > 0) this.#asked.set(id, indices);
    return id;
  }

  /** Streams that a message asked for, once; undefined when it asked for none or was answered. */
  answered(id: number): readonly number[] | undefined {
    const indices = this.#asked.get(id);
    this.#asked.delete(id);
    return indices;
  }

  /** True the first time after it was asked for; between an end and a new beginning nothing confirms. */
  confirm(index: number): boolean {
    if (this.#standing[index] !== 'awaited') return false;
    this.#standing[index] = 'confirmed';
    return true;
  }

  isConfirmed(index: number): boolean {
    return this.#standing[index] === 'confirmed';
  }

  withdraw(indices: readonly number[]): void {
    for (const index of indices) this.#standing[index] = 'withdrawn';
  }

  /** A new socket knows nothing. */
  reset(): void {
    this.#standing.fill('awaited');
    this.#asked.clear();
  }
}
