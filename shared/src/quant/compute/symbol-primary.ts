import { INSTRUMENT_PLACE as I, SYMBOL_PLACE as S } from '../dictionary.ts';
import { INSTRUMENT_SOURCE as FROM, SYMBOL_SOURCE as INTO } from '../sources.ts';
import { changeOver } from './change-over.ts';
import type { TickPass } from './tick-pass.ts';

/** Mid, imbalance, volatility and return of every symbol: those of the first venue of its order whose book is live. */
export function computePrimary(pass: TickPass): void {
  const { frame, universe, memory, scratch, params, tick } = pass;
  const { symbols } = universe;
  const { mids } = memory.symbols;
  const before = mids.pageOf(tick - params.score.return_ms / params.tick_ms);
  const page = mids.open(tick);
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const place = primaryOf(pass, symbol);
    scratch.primaries[symbol] = place;
    if (place >= 0) copyPrimary(pass, symbol, place);
    const mid = frame.usable(symbols.cells[S.mid]! + symbol);
    mids.put(page, symbol, mid, place);
    const change = changeOver(mids, before, symbol, mid, place);
    frame.putLike(symbols.cells[S.mid]! + symbol, symbols.cells[S.ret_15m]! + symbol, change);
  }
}

/** Place of the instrument that speaks for microstructure; no other fills in for a missing value of it. −1 without one. */
function primaryOf({ frame, universe: { symbols, instruments } }: TickPass, symbol: number): number {
  const first = instruments.firsts[symbol]!;
  for (let at = symbols.firstPrimary[symbol]!; at < symbols.firstPrimary[symbol + 1]!; at++) {
    const place = symbols.primaryOrder[at]!;
    if (!Number.isNaN(frame.usable(instruments.cells[I.mid]! + first + place))) return place;
  }
  return -1;
}

function copyPrimary({ frame, universe: { symbols, instruments } }: TickPass, symbol: number, place: number): void {
  const row = instruments.firsts[symbol]! + place;
  for (const [of, source, to, into] of COPIED) {
    frame.stampLike(symbols.sources[into]! + symbol, instruments.sources[source]! + row);
    frame.copy(instruments.cells[of]! + row, symbols.cells[to]! + symbol, 1 << place);
  }
}

/** Metrics of the primary instrument that are the symbol's: place and source there, place and source here. */
const COPIED = [
  [I.mid, FROM.top, S.mid, INTO.mid],
  [I.imbalance, FROM.depth, S.imbalance, INTO.imbalance],
  [I.volatility, FROM.volatility, S.volatility, INTO.volatility],
] as const;
