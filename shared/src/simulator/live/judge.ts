import type { TrueBook } from './change-journal.ts';
import type { Level } from './limit-book.ts';
import type { LiveSurface } from './live-instrument.ts';
import type { LiveMarket } from './live-market.ts';
import type { TradedInstrument } from './traded-instrument.ts';

/** Levels that a client believes in, best first, in units of the digits that it names. */
export interface ClaimedBook {
  readonly priceDigits: number;
  readonly sizeDigits: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** Where a claimed book differs from the true one, or null. */
export type Verdict = null | {
  readonly side: 'bid' | 'ask';
  readonly rank: number;
  readonly claimed: Level | null;
  readonly truth: Level | null;
};

/**
 * The venue's own knowledge of its books: what is true of any instrument at any number of the last changes. The number is the
 * `seq` of Kraken Futures and the `id`, `u` of Gate; Kraken spot has none on the wire, a time names the state there.
 */
export class Judge {
  readonly #market: LiveMarket;

  constructor(market: LiveMarket) {
    this.#market = market;
  }

  /** The book as it is now, the best `depth` levels a side; undefined for an unknown symbol. */
  book(surface: LiveSurface, symbol: string, depth = Number.POSITIVE_INFINITY): TrueBook | undefined {
    const instrument = this.#market.find(surface, symbol);
    return instrument === undefined ? undefined : this.bookAt(surface, symbol, instrument.book.sequence, depth);
  }

  /** The book after change number `sequence`; undefined when it is not known any more or not yet. */
  bookAt(surface: LiveSurface, symbol: string, sequence: number, depth = Number.POSITIVE_INFINITY): TrueBook | undefined {
    const instrument = this.#market.find(surface, symbol);
    if (instrument?.book.sequence !== sequence) return instrument?.journal.bookAt(sequence, depth);
    const { book, changedUs, spec } = instrument;
    const { priceDigits, sizeDigits } = spec;
    return { sequence, atUs: changedUs, priceDigits, sizeDigits, bids: book.bids.levels(depth), asks: book.asks.levels(depth) };
  }

  /** Number of the newest change at or before a time (µs since the epoch, the venue's true clock). */
  sequenceAt(surface: LiveSurface, symbol: string, atUs: number): number | undefined {
    return this.#market.find(surface, symbol)?.journal.sequenceAt(atUs);
  }

  /**
   * Compares the best `depth` levels of a claim with the truth at `sequence`. Prices and sizes are compared as numbers, whatever
   * digits they are written with. Undefined when the truth is not known any more.
   */
  compare(surface: LiveSurface, symbol: string, sequence: number, claim: ClaimedBook, depth: number): Verdict | undefined {
    const truth = this.bookAt(surface, symbol, sequence, depth);
    if (truth === undefined) return undefined;
    return difference('bid', claim, truth, depth) ?? difference('ask', claim, truth, depth);
  }

  /** The newest state within [fromUs, toUs] that a claim equals in its best `depth` levels; null when there is none. */
  matches(
    surface: LiveSurface,
    symbol: string,
    claim: ClaimedBook,
    depth: number,
    window: { readonly fromUs: number; readonly toUs: number },
  ): number | null {
    const instrument: TradedInstrument | undefined = this.#market.find(surface, symbol);
    if (instrument === undefined) return null;
    const newest = instrument.journal.sequenceAt(window.toUs) ?? instrument.book.sequence;
    const oldest = instrument.journal.sequenceAt(window.fromUs) ?? newest;
    for (let sequence = newest; sequence >= oldest; sequence--) {
      if (this.compare(surface, symbol, sequence, claim, depth) === null) return sequence;
    }
    return null;
  }
}

function difference(side: 'bid' | 'ask', claim: ClaimedBook, truth: TrueBook, depth: number): Verdict {
  const [claimed, known] = side === 'bid' ? [claim.bids, truth.bids] : [claim.asks, truth.asks];
  for (let rank = 0; rank < Math.min(depth, Math.max(claimed.length, known.length)); rank++) {
    const [ours, theirs] = [claimed[rank], known[rank]];
    const isEqual =
      ours !== undefined &&
      theirs !== undefined &&
      isSame(ours.price, claim.priceDigits, theirs.price, truth.priceDigits) &&
      isSame(ours.size, claim.sizeDigits, theirs.size, truth.sizeDigits);
    if (!isEqual) return { side, rank, claimed: ours ?? null, truth: theirs ?? null };
  }
  return null;
}

/** a × 10^−aDigits = b × 10^−bDigits, exactly. */
function isSame(a: number, aDigits: number, b: number, bDigits: number): boolean {
  if (aDigits === bDigits) return a === b;
  return aDigits >= bDigits
    ? BigInt(a) === BigInt(b) * 10n ** BigInt(aDigits - bDigits)
    : BigInt(b) === BigInt(a) * 10n ** BigInt(bDigits - aDigits);
}
