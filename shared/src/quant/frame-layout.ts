import { INSTRUMENT_METRICS, SYMBOL_METRICS, SYMBOL_TIMEFRAME_METRICS, SYMBOL_TIMEFRAME_PLACE as T } from './dictionary.ts';
import type { QuantSymbol } from './quant-symbol.ts';
import {
  INSTRUMENT_SOURCES,
  SOURCE_OF_INSTRUMENT_OI_Z,
  SOURCE_OF_INSTRUMENT_PLACE,
  SOURCE_OF_SYMBOL_PLACE,
  SYMBOL_SOURCE,
  SYMBOL_SOURCES,
} from './sources.ts';

/** The source of values of the tick itself. */
export const TICK_SOURCE = 0;
const FIRST_SOURCE = 1;

/** Where each block of slots begins: per symbol its instruments, then the symbol's own metrics, then those of each timeframe. */
export interface FrameLayout {
  readonly slots: number;
  /** First slot of instrument i of symbol s; each has its metrics and then one `oi_z` a timeframe. */
  readonly instrumentBase: readonly (readonly number[])[];
  readonly symbolBase: readonly number[];
  /** First slot of timeframe t of symbol s. */
  readonly timeframeBase: readonly (readonly number[])[];
  /** Slots and sources of instruments come first, then those of symbols. */
  readonly firstSymbolSlot: number;
  readonly firstSymbolSource: number;
  readonly sources: number;
  /** First source of instrument i of symbol s, and of symbol s: its own ones, then one of `oi_z` a timeframe. */
  readonly instrumentSources: readonly (readonly number[])[];
  readonly symbolSources: readonly number[];
  /** Source of each slot. */
  readonly sourceOf: Int32Array;
}

export function frameLayout(symbols: readonly QuantSymbol[], timeframes: number): FrameLayout {
  const slots = blocks(0);
  const sources = blocks(FIRST_SOURCE);
  const instrumentBase = symbols.map(({ seats }) => seats.map(() => slots.take(INSTRUMENT_METRICS.length + timeframes)));
  const firstSymbolSlot = slots.taken();
  const symbolBase = symbols.map(() => slots.take(SYMBOL_METRICS.length));
  const timeframeBase = symbols.map(() => Array.from({ length: timeframes }, () => slots.take(SYMBOL_TIMEFRAME_METRICS.length)));
  const instrumentSources = symbols.map(({ seats }) => seats.map(() => sources.take(INSTRUMENT_SOURCES)));
  const firstSymbolSource = sources.taken();
  const symbolSources = symbols.map(() => sources.take(SYMBOL_SOURCES + timeframes));
  const places = { slots: slots.taken(), firstSymbolSlot, instrumentBase, symbolBase, timeframeBase };
  const parts = { ...places, sources: sources.taken(), firstSymbolSource, instrumentSources, symbolSources };
  return { ...parts, sourceOf: sourcesOfSlots(parts) };
}

function blocks(first: number) {
  let next = first;
  const take = (length: number): number => {
    next += length;
    return next - length;
  };
  return { take, taken: () => next };
}

function sourcesOfSlots(layout: Omit<FrameLayout, 'sourceOf'>): Int32Array {
  const of = new Int32Array(layout.slots);
  for (const [s, symbol] of layout.symbolSources.entries()) {
    for (const [i, from] of layout.instrumentSources[s]!.entries()) {
      const base = layout.instrumentBase[s]![i]!;
      for (const [place, source] of SOURCE_OF_INSTRUMENT_PLACE.entries()) of[base + place] = from + source;
      const zs = base + INSTRUMENT_METRICS.length;
      of.fill(from + SOURCE_OF_INSTRUMENT_OI_Z, zs, zs + layout.timeframeBase[s]!.length);
    }
    for (const [place, source] of SOURCE_OF_SYMBOL_PLACE.entries()) of[layout.symbolBase[s]! + place] = symbol + source;
    for (const [t, base] of layout.timeframeBase[s]!.entries()) {
      of[base + T.oi_z] = symbol + SYMBOL_SOURCES + t;
      of[base + T.ls_delta_pct] = symbol + SYMBOL_SOURCE.global_ls_ratio;
      of[base + T.ret] = symbol + SYMBOL_SOURCE.mid;
      of[base + T.oi_chg_pct] = symbol + SYMBOL_SOURCE.oi_usd;
      of[base + T.confluence_score] = TICK_SOURCE;
    }
  }
  return of;
}
