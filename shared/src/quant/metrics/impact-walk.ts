import type { ReadableSide } from '../../market/book/order-book.ts';

export interface Impact {
  /** Average price paid, in the book's ticks; NaN when nothing could be taken. */
  readonly averagePrice: number;
  /** Distance of that price from mid, basis points, positive when worse. */
  readonly slippageBps: number;
  /** Part of the wanted notional that the book could not give, in ticks × lots; above 0 fails every gate. */
  readonly shortfall: number;
}

/**
 * Takes levels of one side until `notional` (ticks × lots) is spent (market data spec §8.1, impact walk). `mid` in ticks; the side
 * is the one being taken: asks for a purchase.
 */
export function impactWalk(side: ReadableSide, notional: number, mid: number): Impact {
  let left = notional;
  let taken = 0;
  for (let at = side.firstPlace(); at >= 0 && left > 0; at = side.nextPlace(at)) {
    const price = side.priceAt(at);
    const part = Math.min(left, price * side.sizeAt(at));
    left -= part;
    taken += part / price;
  }
  const averagePrice = taken > 0 ? (notional - left) / taken : Number.NaN;
  return { averagePrice, slippageBps: (10_000 * Math.abs(averagePrice - mid)) / mid, shortfall: left };
}
