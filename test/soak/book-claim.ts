import { crc32 } from 'node:zlib';
import type { ReadableBook, ReadableSide } from '#shared/market/book/order-book.ts';
import { parseInstrumentId } from '#shared/market/instrument-id.ts';
import type { ClaimedBook } from '#shared/simulator/live/judge.ts';
import type { Level } from '#shared/simulator/live/limit-book.ts';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';

/** The surface of the simulator on which an instrument of ours is traded. */
export function surfaceOf(instrument: string): LiveSurface {
  const parts = parseInstrumentId(instrument)!;
  if (parts.venue === 'kraken') return 'kraken_spot';
  if (parts.venue === 'krakenfutures') return 'kraken_futures';
  return parts.kind === 'spot' ? 'gate_spot' : 'gate_futures';
}

/** The best `depth` levels of a client's book, as the judge takes them. */
export function claimOf({ digits, bids, asks }: ReadableBook, depth: number): ClaimedBook {
  return {
    priceDigits: digits.priceDecimals,
    sizeDigits: digits.sizeDecimals,
    bids: bestLevels(bids, depth),
    asks: bestLevels(asks, depth),
  };
}

/** CRC-32 over the best ten asks, then bids, written without points and leading zeros (market data spec §4.3). */
export function levelsChecksum({ bids, asks }: Pick<ClaimedBook, 'bids' | 'asks'>): number {
  const text = (levels: readonly Level[]) => levels.slice(0, 10).map(({ price, size }) => `${price}${size}`);
  return crc32([...text(asks), ...text(bids)].join(''));
}

function bestLevels(side: ReadableSide, depth: number): readonly Level[] {
  const levels: Level[] = [];
  for (let at = side.firstPlace(); at >= 0 && levels.length < depth; at = side.nextPlace(at)) {
    levels.push({ price: side.priceAt(at), size: side.sizeAt(at) });
  }
  return levels;
}
