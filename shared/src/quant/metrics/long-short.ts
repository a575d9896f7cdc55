/** What the two sides of a published ratio say about it. */
export type RatioVerdict = 'fits' | 'swapped' | 'differs';

const TOLERANCE = 1e-9;

/**
 * Whether a published ratio is longs ÷ shorts (market data spec §7.2, field check). A row that fits only when the sides are
 * swapped, or not at all, makes the metric suspect.
 */
export function checkLongShort(ratio: number, longs: number, shorts: number): RatioVerdict {
  if (isNear(ratio * shorts, longs)) return 'fits';
  return isNear(ratio * longs, shorts) ? 'swapped' : 'differs';
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}
