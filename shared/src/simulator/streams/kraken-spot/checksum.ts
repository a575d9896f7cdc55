import { crc32 } from 'node:zlib';
import type { BookSide, LimitBook } from '../../live/limit-book.ts';

const LEVELS = 10;

/**
 * Kraken's book checksum (market data spec §4.3): CRC-32 over the best ten asks, then the best ten bids, each level as the digits
 * of price and size without the point and leading zeros. Whole units written as integers are exactly those digits.
 */
export function bookChecksum({ asks, bids }: LimitBook): number {
  return crc32(sideDigits(asks) + sideDigits(bids));
}

function sideDigits({ prices, sizes }: BookSide): string {
  let digits = '';
  for (let rank = 0; rank < Math.min(LEVELS, prices.length); rank++) digits += `${prices[rank]}${sizes[rank]}`;
  return digits;
}
