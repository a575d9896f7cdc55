import type { ReadableBook, ReadableSide } from './order-book.ts';

/** Notional within a band around mid, in hundredths of the quote currency. */
export interface BandDepth {
  readonly bidCents: number;
  readonly askCents: number;
  /** The outermost kept level of a side is still inside the band: its sum is a lower bound. */
  readonly bidTruncated: boolean;
  readonly askTruncated: boolean;
}

/**
 * Depth in the closed band [(1 − width)·mid, (1 + width)·mid], width in basis points (200 for the ±2 % of market data spec §8.1).
 * Null for a book with an empty side or crossed, and for a sum that is no safe integer. Exact: the edges are found in integer ticks.
 */
export function bandDepth(book: ReadableBook, widthBps: number): BandDepth | null {
  const bid = book.bids.bestPrice;
  const ask = book.asks.bestPrice;
  if (!(bid < ask)) return null;
  const low = bandEdge(bid + ask, 10_000 - widthBps, Math.ceil);
  const high = bandEdge(bid + ask, 10_000 + widthBps, Math.floor);
  const bidCents = book.bids.centsWithin(low);
  const askCents = book.asks.centsWithin(high);
  if (Number.isNaN(bidCents + askCents)) return null;
  return { bidCents, askCents, bidTruncated: book.bids.worstPrice >= low, askTruncated: book.asks.worstPrice <= high };
}

/** Σ price × size of the best `levels` levels (fewer when there are fewer), in ticks × lots; 0 for an empty side. */
export function bestNotional(side: ReadableSide, levels: number): number {
  let sum = 0;
  let at = side.firstPlace();
  for (let rank = 0; rank < levels && at >= 0; rank++) {
    sum += side.priceAt(at) * side.sizeAt(at);
    at = side.nextPlace(at);
  }
  return sum;
}

/** (B − A) / (B + A) over the notional of the best `levels` levels (quant spec, `imbalance`); null when a side is empty. */
export function notionalImbalance(book: ReadableBook, levels: number): number | null {
  const bids = bestNotional(book.bids, levels);
  const asks = bestNotional(book.asks, levels);
  return bids > 0 && asks > 0 ? (bids - asks) / (bids + asks) : null;
}

/** `twiceMid · parts / 20 000`, rounded; the whole part apart, so that a level on the edge is never lost to a binary fraction. */
function bandEdge(twiceMid: number, parts: number, round: (value: number) => number): number {
  const whole = Math.floor(twiceMid / 20_000);
  return whole * parts + round(((twiceMid - whole * 20_000) * parts) / 20_000);
}
