import { POWERS_OF_TEN } from './decimal-units.ts';

/**
 * Price × size rounded half up to a hundredth of the quote currency, exact for any safe integers whose notional is one too.
 * `unitsPerCent` is 10^(price decimals + size decimals − 2), below 1 when the digits are that few.
 */
export function notionalCents(price: number, size: number, unitsPerCent: number): number {
  if (unitsPerCent < 1) return Math.round((price * size) / unitsPerCent);
  const product = price * size;
  // Below 2^52 the sum stays an exact integer, and a quotient just under a whole number cannot round up to it.
  if (product < 4_503_599_627_370_496 && unitsPerCent < 4_503_599_627_370_496) {
    return Math.floor((product + unitsPerCent / 2) / unitsPerCent);
  }
  return bigNotionalCents(price, size, unitsPerCent);
}

/** 10^(price decimals + size decimals − 2): units of price × size in a hundredth of the quote currency. */
export function unitsPerCent(priceDecimals: number, sizeDecimals: number): number {
  const exponent = priceDecimals + sizeDecimals - 2;
  return exponent >= 0 ? POWERS_OF_TEN[exponent]! : 1 / POWERS_OF_TEN[-exponent]!;
}

function bigNotionalCents(price: number, size: number, divisor: number): number {
  const wide = BigInt(divisor);
  return Number((BigInt(price) * BigInt(size) + wide / 2n) / wide);
}
