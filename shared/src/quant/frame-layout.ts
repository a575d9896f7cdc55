import { INSTRUMENT_METRICS, SYMBOL_METRICS, SYMBOL_TIMEFRAME_METRICS, SYMBOL_TIMEFRAME_PLACE as T } from './dictionary.ts';
import type { QuantSymbol } from './quant-symbol.ts';
import {
  INSTRUMENT_SOURCES,
  isSourceOfDerivatives,
  SOURCE_OF_INSTRUMENT_OI_Z,
  SOURCE_OF_INSTRUMENT_PLACE,
  SOURCE_OF_SYMBOL_PLACE,
  SYMBOL_SOURCE,
  SYMBOL_SOURCES,
} from './sources.ts';

/** Cell and source of what is not there: never written. */
const NOWHERE = 0;
/** The source of values of the tick itself. */
export const TICK_SOURCE = 1;

/**
 * Where values lie. Readers know slots: per symbol its instruments, then the symbol's own metrics, then those of each timeframe, each a
 * block of slots. The tick writes cells: those of one metric lie together, one a row, and so do the sources.
 */
export interface FrameLayout {
  readonly slots: number;
  /** First slot of instrument i of symbol s; each has its metrics and then one `oi_z` a timeframe. */
  readonly instrumentBase: readonly (readonly number[])[];
  readonly symbolBase: readonly number[];
  /** First slot of timeframe t of symbol s. */
  readonly timeframeBase: readonly (readonly number[])[];
  readonly columns: FrameColumns;
  /** Cell and source of each slot. */
  readonly cellOf: Int32Array;
  readonly sourceOf: Int32Array;
}

/** First cell of the column of each metric, and first source of the column of each source, by their places. */
export interface FrameColumns {
  readonly cells: number;
  readonly sources: number;
  /** Metrics of instruments and then `oi_z` of each timeframe: rows are instruments, or derivatives where only these have it. */
  readonly instrumentCells: Int32Array;
  readonly instrumentSources: Int32Array;
  /** Rows are symbols. The last sources are those of `oi_z` of each timeframe. */
  readonly symbolCells: Int32Array;
  readonly symbolSources: Int32Array;
  readonly timeframeCells: readonly Int32Array[];
  /** Cells and sources from here on are those of symbols. */
  readonly firstSymbolCell: number;
  readonly firstSymbolSource: number;
}

export function frameLayout(symbols: readonly QuantSymbol[], timeframes: number): FrameLayout {
  const slots = counter(0);
  const instrumentBase = symbols.map(({ seats }) => seats.map(() => slots.take(INSTRUMENT_METRICS.length + timeframes)));
  const symbolBase = symbols.map(() => slots.take(SYMBOL_METRICS.length));
  const timeframeBase = symbols.map(() => Array.from({ length: timeframes }, () => slots.take(SYMBOL_TIMEFRAME_METRICS.length)));
  const columns = frameColumns(symbols, timeframes);
  const layout = { slots: slots.taken(), instrumentBase, symbolBase, timeframeBase, columns };
  return { ...layout, ...placesOfSlots(symbols, layout) };
}

function frameColumns(symbols: readonly QuantSymbol[], timeframes: number): FrameColumns {
  const cells = counter(NOWHERE + 1);
  const sources = counter(TICK_SOURCE + 1);
  const seats = symbols.flatMap((symbol) => symbol.seats);
  const derivatives = seats.filter(({ isSpot }) => !isSpot).length;
  const column = (length: number, rows: (place: number) => number, of: ReturnType<typeof counter>): Int32Array => {
    return Int32Array.from({ length }, (_, place) => of.take(rows(place)));
  };
  const instrumentCells = column(INSTRUMENT_METRICS.length + timeframes, (p) => (isOfAll(p) ? seats.length : derivatives), cells);
  const sourceRows = (source: number): number => (isSourceOfDerivatives(source) ? derivatives : seats.length);
  const instrumentSources = column(INSTRUMENT_SOURCES, sourceRows, sources);
  const [firstSymbolCell, firstSymbolSource] = [cells.taken(), sources.taken()];
  const perSymbol = (): number => symbols.length;
  const symbolCells = column(SYMBOL_METRICS.length, perSymbol, cells);
  const symbolSources = column(SYMBOL_SOURCES + timeframes, perSymbol, sources);
  const timeframeCells = Array.from({ length: timeframes }, () => column(SYMBOL_TIMEFRAME_METRICS.length, perSymbol, cells));
  const own = { instrumentCells, instrumentSources, symbolCells, symbolSources, timeframeCells };
  return { ...own, cells: cells.taken(), sources: sources.taken(), firstSymbolCell, firstSymbolSource };
}

/** Whether spot markets, too, have the metric at a place. */
function isOfAll(place: number): boolean {
  return INSTRUMENT_METRICS[place]?.of === 'both';
}

function counter(first: number) {
  let next = first;
  const take = (length: number): number => {
    next += length;
    return next - length;
  };
  return { take, taken: () => next };
}

type Bases = Omit<FrameLayout, 'cellOf' | 'sourceOf'>;

function placesOfSlots(symbols: readonly QuantSymbol[], layout: Bases): Pick<FrameLayout, 'cellOf' | 'sourceOf'> {
  const cellOf = new Int32Array(layout.slots).fill(NOWHERE);
  const sourceOf = new Int32Array(layout.slots).fill(NOWHERE);
  const set = (slot: number, cell: number, source: number): void => {
    cellOf[slot] = cell;
    sourceOf[slot] = source;
  };
  for (const [s, { seats }] of symbols.entries()) {
    for (const [i, { row, derivative }] of seats.entries())
      setInstrument(layout, layout.instrumentBase[s]![i]!, row, derivative, set);
    setSymbol(layout, s, set);
  }
  return { cellOf, sourceOf };
}

type SetSlot = (slot: number, cell: number, source: number) => void;

function setInstrument({ columns }: Bases, base: number, row: number, derivative: number, set: SetSlot): void {
  for (const [place, cell] of columns.instrumentCells.entries()) {
    const source = SOURCE_OF_INSTRUMENT_PLACE[place] ?? SOURCE_OF_INSTRUMENT_OI_Z;
    if (!isOfAll(place) && derivative < 0) continue;
    const sourceRow = isSourceOfDerivatives(source) ? derivative : row;
    set(base + place, cell + (isOfAll(place) ? row : derivative), columns.instrumentSources[source]! + sourceRow);
  }
}

function setSymbol({ columns, symbolBase, timeframeBase }: Bases, s: number, set: SetSlot): void {
  const { symbolCells, symbolSources, timeframeCells } = columns;
  for (const [place, source] of SOURCE_OF_SYMBOL_PLACE.entries()) {
    set(symbolBase[s]! + place, symbolCells[place]! + s, symbolSources[source]! + s);
  }
  for (const [t, base] of timeframeBase[s]!.entries()) {
    const put = (place: number, source: number): void => set(base + place, timeframeCells[t]![place]! + s, source);
    put(T.oi_z, symbolSources[SYMBOL_SOURCES + t]! + s);
    put(T.ls_delta_pct, symbolSources[SYMBOL_SOURCE.global_ls_ratio]! + s);
    put(T.ret, symbolSources[SYMBOL_SOURCE.mid]! + s);
    put(T.oi_chg_pct, symbolSources[SYMBOL_SOURCE.oi_usd]! + s);
    put(T.confluence_score, TICK_SOURCE);
  }
}
