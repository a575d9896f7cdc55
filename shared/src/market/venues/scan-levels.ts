import type { LevelList } from '../book/level-list.ts';
import type { BookDigits } from '../book/order-book.ts';
import { literal, NOT_HERE, scanLiteral, scanUnits } from './scan-bytes.ts';

const QUOTE = 34;
const COMMA = 44;
const DOT = 46;
const OPEN = 91;
const CLOSE = 93;
const CLOSE_OBJECT = 125;
const PRICE_KEY = literal('{"price":');
const SIZE_KEY = literal(',"qty":');

/** A list `[["price","size"],…]` at `from`, appended to `levels`; returns the offset behind it or `NOT_HERE`. */
export function scanQuotedPairs(bytes: Uint8Array, from: number, digits: BookDigits, levels: LevelList): number {
  if (from < 0 || bytes[from] !== OPEN) return NOT_HERE;
  if (bytes[from + 1] === CLOSE) return from + 2;
  let at = from;
  do {
    levels.reserve();
    if (bytes[at + 1] !== OPEN || bytes[at + 2] !== QUOTE) return NOT_HERE;
    at = scanUnits(bytes, at + 3, digits.priceDecimals, levels.prices, levels.count);
    if (at < 0 || bytes[at] !== QUOTE || bytes[at + 1] !== COMMA || bytes[at + 2] !== QUOTE) return NOT_HERE;
    at = scanUnits(bytes, at + 3, digits.sizeDecimals, levels.sizes, levels.count);
    if (at < 0 || bytes[at] !== QUOTE || bytes[at + 1] !== CLOSE || levels.prices[levels.count] === 0) return NOT_HERE;
    levels.count += 1;
    at += 2;
  } while (bytes[at] === COMMA);
  return bytes[at] === CLOSE ? at + 1 : NOT_HERE;
}

/**
 * A list `[{"price":1.5,"qty":0.20},…]` at `from`, appended to `levels`. With `allDigits` a number must show every digit of the
 * instrument, as Kraken's do: what was re-encoded is left to the JSON route, which notices it.
 */
export function scanPriceQtyObjects(
  bytes: Uint8Array,
  from: number,
  digits: BookDigits,
  allDigits: boolean,
  levels: LevelList,
): number {
  if (from < 0 || bytes[from] !== OPEN) return NOT_HERE;
  if (bytes[from + 1] === CLOSE) return from + 2;
  const { priceDecimals, sizeDecimals } = digits;
  let at = from;
  do {
    levels.reserve();
    at = scanLiteral(bytes, at + 1, PRICE_KEY);
    at = scanUnits(bytes, at, priceDecimals, levels.prices, levels.count);
    if (at < 0 || (allDigits && !showsDigits(bytes, at, priceDecimals)) || levels.prices[levels.count] === 0) return NOT_HERE;
    at = scanLiteral(bytes, at, SIZE_KEY);
    at = scanUnits(bytes, at, sizeDecimals, levels.sizes, levels.count);
    if (at < 0 || (allDigits && !showsDigits(bytes, at, sizeDecimals)) || bytes[at] !== CLOSE_OBJECT) return NOT_HERE;
    levels.count += 1;
    at += 1;
  } while (bytes[at] === COMMA);
  return bytes[at] === CLOSE ? at + 1 : NOT_HERE;
}

/** The number that ends before `end` has exactly `decimals` digits behind its point. */
function showsDigits(bytes: Uint8Array, end: number, decimals: number): boolean {
  return decimals === 0 || bytes[end - decimals - 1] === DOT;
}
