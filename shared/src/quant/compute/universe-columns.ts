import type { FrameLayout } from '../frame-layout.ts';
import type { InstrumentSeat } from '../instrument-seat.ts';
import { type QuantSymbol, spotOf } from '../quant-symbol.ts';
import { DOLLARS } from '../universe.ts';

/** What of an instrument the loops need, in the order of the rows: where its block lies, what its numbers are worth. */
export interface InstrumentColumns {
  readonly count: number;
  readonly slots: Int32Array;
  readonly sources: Int32Array;
  /** Place among the instruments of its symbol. */
  readonly places: Uint8Array;
  /** Row of the first one of each symbol, and one behind the last. */
  readonly firsts: Int32Array;
  /** 1 where a stablecoin stands for the dollar. */
  readonly isStable: Uint8Array;
  /** 1 where amounts are not in dollars at all. */
  readonly isForeign: Uint8Array;
}

/** The same of derivatives, in the order of theirs. */
export interface DerivativeColumns extends InstrumentColumns {
  /** Row among all instruments. */
  readonly rows: Int32Array;
  /** Row of the spot market that its basis is against, −1 without one. */
  readonly spotRows: Int32Array;
  /** Code of the quote currency of the derivative, and of that spot market. */
  readonly quotes: Int32Array;
  readonly spotQuotes: Int32Array;
  readonly contractSizes: Float64Array;
  readonly isInverse: Uint8Array;
  /** Ms since the epoch, NaN for a perpetual. */
  readonly expiries: Float64Array;
}

/** The same of symbols. */
export interface SymbolColumns {
  readonly count: number;
  readonly slots: Int32Array;
  readonly sources: Int32Array;
  /** The same of each timeframe. */
  readonly timeframeSlots: readonly Int32Array[];
  /** Places of instruments that may be primary, and where each symbol's begin. */
  readonly primaryOrder: Int32Array;
  readonly firstPrimary: Int32Array;
}

export interface UniverseColumns {
  readonly instruments: InstrumentColumns;
  readonly derivatives: DerivativeColumns;
  readonly symbols: SymbolColumns;
  /** Venue of each instrument. */
  readonly venues: readonly string[];
  /** Row of the dollar market of each quote currency by its code, −1 without one. */
  readonly coinRows: Int32Array;
}

export function universeColumns(
  symbols: readonly QuantSymbol[],
  stablecoins: readonly InstrumentSeat[],
  layout: FrameLayout,
): UniverseColumns {
  const placed = symbols.flatMap(({ seats }, s) => {
    return seats.map((seat, i) => {
      const slot = layout.instrumentBase[s]![i]!;
      return { symbol: s, place: i, seat, spot: spotOf(seat, seats), slot, source: layout.instrumentSources[s]![i]! };
    });
  });
  const quotes = [...new Set([...DOLLARS, ...placed.map(({ seat }) => seat.quote)])];
  const coins = new Map(stablecoins.map(({ id, row }) => [id.slice(0, id.indexOf('-')), row]));
  return {
    instruments: instrumentColumns(placed, symbols.length),
    derivatives: derivativeColumns(
      placed.filter(({ seat }) => !seat.isSpot),
      symbols.length,
      quotes,
    ),
    symbols: symbolColumns(symbols, layout),
    venues: placed.map(({ seat }) => seat.venue),
    coinRows: Int32Array.from(quotes, (quote) => coins.get(quote) ?? -1),
  };
}

interface PlacedSeat {
  readonly symbol: number;
  readonly place: number;
  readonly seat: InstrumentSeat;
  readonly spot: InstrumentSeat | null;
  readonly slot: number;
  readonly source: number;
}

function instrumentColumns(placed: readonly PlacedSeat[], symbols: number): InstrumentColumns {
  const counts = new Int32Array(symbols);
  for (const { symbol } of placed) counts[symbol]! += 1;
  return {
    count: placed.length,
    places: Uint8Array.from(placed, ({ place }) => place),
    firsts: starts(counts),
    slots: Int32Array.from(placed, ({ slot }) => slot),
    sources: Int32Array.from(placed, ({ source }) => source),
    isStable: Uint8Array.from(placed, ({ seat }) => (seat.dollars === 'stable' ? 1 : 0)),
    isForeign: Uint8Array.from(placed, ({ seat }) => (seat.dollars === 'none' ? 1 : 0)),
  };
}

function derivativeColumns(placed: readonly PlacedSeat[], symbols: number, quotes: readonly string[]): DerivativeColumns {
  return {
    ...instrumentColumns(placed, symbols),
    rows: Int32Array.from(placed, ({ seat }) => seat.row),
    spotRows: Int32Array.from(placed, ({ spot }) => spot?.row ?? -1),
    quotes: Int32Array.from(placed, ({ seat }) => quotes.indexOf(seat.quote)),
    spotQuotes: Int32Array.from(placed, ({ spot }) => (spot === null ? -1 : quotes.indexOf(spot.quote))),
    contractSizes: Float64Array.from(placed, ({ seat }) => seat.spec.contract_size),
    isInverse: Uint8Array.from(placed, ({ seat }) => (seat.spec.settle === 'inverse' ? 1 : 0)),
    expiries: Float64Array.from(placed, ({ seat }) => seat.spec.expiry ?? Number.NaN),
  };
}

function symbolColumns(symbols: readonly QuantSymbol[], layout: FrameLayout): SymbolColumns {
  const { symbolBase, symbolSources, timeframeBase } = layout;
  return {
    count: symbols.length,
    slots: Int32Array.from(symbolBase),
    sources: Int32Array.from(symbolSources),
    timeframeSlots: (timeframeBase[0] ?? []).map((_, at) => Int32Array.from(timeframeBase, (slots) => slots[at]!)),
    primaryOrder: Int32Array.from(symbols.flatMap(({ primaryOrder }) => primaryOrder)),
    firstPrimary: starts(symbols.map(({ primaryOrder }) => primaryOrder.length)),
  };
}

/** Where each of some runs begins when they lie one after another, and the end of the last. */
function starts(lengths: ArrayLike<number>): Int32Array {
  const from = new Int32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) from[i + 1] = from[i]! + lengths[i]!;
  return from;
}
