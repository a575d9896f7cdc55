import { INSTRUMENT_METRICS, SYMBOL_METRICS, SYMBOL_TIMEFRAME_METRICS } from './dictionary.ts';
import type { SymbolState } from './symbol-state.ts';

/** Where each block of slots begins: per symbol its instruments, then the symbol's own metrics, then those of each timeframe. */
export interface FrameLayout {
  readonly slots: number;
  /** First slot of instrument i of symbol s; each has its metrics and then one `oi_z` a timeframe. */
  readonly instrumentBase: readonly (readonly number[])[];
  readonly symbolBase: readonly number[];
  /** First slot of timeframe t of symbol s. */
  readonly timeframeBase: readonly (readonly number[])[];
}

export function frameLayout(symbols: readonly SymbolState[], timeframes: number): FrameLayout {
  const instrumentSlots = INSTRUMENT_METRICS.length + timeframes;
  let slots = 0;
  const block = (length: number): number => {
    slots += length;
    return slots - length;
  };
  const instrumentBase = symbols.map(({ seats }) => seats.map(() => block(instrumentSlots)));
  const symbolBase = symbols.map(() => block(SYMBOL_METRICS.length));
  const timeframeBase = symbols.map(() => Array.from({ length: timeframes }, () => block(SYMBOL_TIMEFRAME_METRICS.length)));
  return { slots, instrumentBase, symbolBase, timeframeBase };
}
