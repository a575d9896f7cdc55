import { finite } from '../finite.ts';

/** (bid + ask) / 2 of a book that is neither crossed nor locked, else null. */
export function midPrice(bid: number, ask: number): number {
  return bid < ask ? (bid + ask) / 2 : Number.NaN;
}

/** (Pa·Qb + Pb·Qa) / (Qa + Qb): mid drawn to the thinner side (market data spec §8.1). */
export function microprice(bid: number, bidSize: number, ask: number, askSize: number): number {
  return bid < ask ? finite((ask * bidSize + bid * askSize) / (askSize + bidSize)) : Number.NaN;
}

/** 10 000·(ask − bid) / mid; null for an empty side, crossed or locked (market data spec §8.1). */
export function spreadBps(bid: number, ask: number): number {
  return bid < ask && bid > 0 ? finite((10_000 * (ask - bid)) / ((bid + ask) / 2)) : Number.NaN;
}

/** Half-up whole basis points, as boards show them. */
export function displayBps(bps: number): number {
  return Math.floor(bps + 0.5);
}

/** (B − A) / (B + A) of the notional of the best levels; null when a side is empty (quant spec §2). */
export function imbalance(bidNotional: number, askNotional: number): number {
  return bidNotional > 0 && askNotional > 0 ? (bidNotional - askNotional) / (bidNotional + askNotional) : Number.NaN;
}

/** Change of a depth against an earlier one, percent. */
export function changePct(now: number, before: number): number {
  return before > 0 ? finite(100 * (now / before - 1)) : Number.NaN;
}

/** 10 000·|mid − last trade| / mid. */
export function driftBps(mid: number, lastTrade: number): number {
  return mid > 0 ? finite((10_000 * Math.abs(mid - lastTrade)) / mid) : Number.NaN;
}
