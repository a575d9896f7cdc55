import type { FrameColumns } from '../frame-layout.ts';
import type { InstrumentSeat } from '../instrument-seat.ts';
import { type QuantSymbol, spotOf } from '../quant-symbol.ts';
import { DOLLARS } from '../universe.ts';

/** What of an instrument the loops need, in the order of the rows: where its block lies, what its numbers are worth. */
export interface InstrumentColumns {
  readonly count: number;
  /** First cell and first source of each column. */
  readonly cells: Int32Array;
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
  readonly venues: readonly string[];
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
  readonly cells: Int32Array;
  readonly sources: Int32Array;
  /** The same of each timeframe. */
  readonly timeframeCells: readonly Int32Array[];
  /** Places of instruments that may be primary, and where each symbol's begin. */
  readonly primaryOrder: Int32Array;
  readonly firstPrimary: Int32Array;
}

export interface UniverseColumns {
  readonly instruments: InstrumentColumns;
  readonly derivatives: DerivativeColumns;
  readonly symbols: SymbolColumns;
  /** Row of the dollar market of each quote currency by its code, −1 without one. */
  readonly coinRows: Int32Array;
}

export function universeColumns(
  symbols: readonly QuantSymbol[],
  stablecoins: readonly InstrumentSeat[],
  columns: FrameColumns,
): UniverseColumns {
  const placed = symbols.flatMap(({ seats }, symbol) => {
    return seats.map((seat, place) => ({ symbol, place, seat, spot: spotOf(seat, seats) }));
  });
  const quotes = [...new Set([...DOLLARS, ...placed.map(({ seat }) => seat.quote)])];
  const coins = new Map(stablecoins.map(({ id, row }) => [id.slice(0, id.indexOf('-')), row]));
  return {
    instruments: instrumentColumns(placed, symbols.length, columns),
    derivatives: derivativeColumns(
      placed.filter(({ seat }) => !seat.isSpot),
      symbols.length,
      columns,
      quotes,
    ),
    symbols: symbolColumns(symbols, columns),
    coinRows: Int32Array.from(quotes, (quote) => coins.get(quote) ?? -1),
  };
}

interface PlacedSeat {
  readonly symbol: number;
  readonly place: number;
  readonly seat: InstrumentSeat;
  readonly spot: InstrumentSeat | null;
}

function instrumentColumns(placed: readonly PlacedSeat[], symbols: number, columns: FrameColumns): InstrumentColumns {
  const counts = new Int32Array(symbols);
  for (const { symbol } of placed) counts[symbol]! += 1;
  return {
    count: placed.length,
    places: Uint8Array.from(placed, ({ place }) => place),
    firsts: starts(counts),
    cells: columns.instrumentCells,
    sources: columns.instrumentSources,
    isStable: Uint8Array.from(placed, ({ seat }) => (seat.dollars === 'stable' ? 1 : 0)),
    isForeign: Uint8Array.from(placed, ({ seat }) => (seat.dollars === 'none' ? 1 : 0)),
  };
}

function derivativeColumns(
  placed: readonly PlacedSeat[],
  symbols: number,
  columns: FrameColumns,
  quotes: readonly string[],
): DerivativeColumns {
  return {
    ...instrumentColumns(placed, symbols, columns),
    venues: placed.map(({ seat }) => seat.venue),
    rows: Int32Array.from(placed, ({ seat }) => seat.row),
    spotRows: Int32Array.from(placed, ({ spot }) => spot?.row ?? -1),
    quotes: Int32Array.from(placed, ({ seat }) => quotes.indexOf(seat.quote)),
    spotQuotes: Int32Array.from(placed, ({ spot }) => (spot === null ? -1 : quotes.indexOf(spot.quote))),
    contractSizes: Float64Array.from(placed, ({ seat }) => seat.spec.contract_size),
    isInverse: Uint8Array.from(placed, ({ seat }) => (seat.spec.settle === 'inverse' ? 1 : 0)),
    expiries: Float64Array.from(placed, ({ seat }) => seat.spec.expiry ?? Number.NaN),
  };
}

function symbolColumns(symbols: readonly QuantSymbol[], columns: FrameColumns): SymbolColumns {
  return {
    count: symbols.length,
    cells: columns.symbolCells,
    sources: columns.symbolSources,
    timeframeCells: columns.timeframeCells,
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
