import { INSTRUMENT_PLACE as I, SYMBOL_PLACE as S } from '../dictionary.ts';
import { changeOver } from './change-over.ts';
import type { TickPass } from './tick-pass.ts';

/** Mid, imbalance, volatility and return of every symbol: those of the first venue of its order whose book is live. */
export function computePrimary(pass: TickPass): void {
  const { frame, universe, memory, scratch, params, tick } = pass;
  const { symbols, instruments } = universe;
  const { mids } = memory.symbols;
  const before = mids.pageOf(tick - params.score.return_ms / params.tick_ms);
  const page = mids.open(tick);
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const slot = symbols.slots[symbol]!;
    const place = primaryOf(pass, symbol);
    scratch.primaries[symbol] = place;
    if (place >= 0) copyPrimary(pass, instruments.slots[instruments.firsts[symbol]! + place]!, slot, place);
    const mid = frame.usable(slot + S.mid);
    mids.put(page, symbol, mid, place);
    frame.putLike(slot + S.mid, slot + S.ret_15m, changeOver(mids, before, symbol, mid, place));
  }
}

/** Place of the instrument that speaks for microstructure; no other fills in for a missing value of it. −1 without one. */
function primaryOf({ frame, universe: { symbols, instruments } }: TickPass, symbol: number): number {
  const first = instruments.firsts[symbol]!;
  for (let at = symbols.firstPrimary[symbol]!; at < symbols.firstPrimary[symbol + 1]!; at++) {
    const place = symbols.primaryOrder[at]!;
    if (!Number.isNaN(frame.usable(instruments.slots[first + place]! + I.mid))) return place;
  }
  return -1;
}

function copyPrimary({ frame }: TickPass, from: number, to: number, place: number): void {
  const members = 1 << place;
  frame.copy(from + I.mid, to + S.mid, members);
  frame.copy(from + I.imbalance, to + S.imbalance, members);
  frame.copy(from + I.volatility, to + S.volatility, members);
}
