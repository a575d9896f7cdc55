import type { BookDepthEvent, BookTopEvent } from '../contracts/market-events/book-events.ts';
import type { MarketEvent } from '../contracts/market-events/market-event.ts';
import { POWERS_OF_TEN } from '../market/book/decimal-units.ts';
import { bandDepth, bestNotional } from '../market/book/depth.ts';
import type { ReadableBook } from '../market/book/order-book.ts';
import { DELTA_BANDS_BPS, WIDE_BAND_BPS } from './instrument-memory.ts';

/** Who says it and when: the envelope of an event without its kind. */
export type EventStamp = Pick<
  MarketEvent,
  'venue' | 'instrument' | 'ts_event' | 'ts_recv' | 'available_at' | 'quality' | 'raw_ref'
>;

/** Base units of one contract, for books whose sizes are contracts; 1 else. Inverse contracts are worth quote, not base. */
export interface BookTerms {
  readonly contractSize: number;
  readonly inverse: boolean;
}

const BEST_LEVELS = 10;
const BANDS_BPS: readonly number[] = [...DELTA_BANDS_BPS, WIDE_BAND_BPS];

/** Top of a live book as an event, or undefined when a side is empty. */
export function bookTopEvent(book: ReadableBook, terms: BookTerms, stamp: EventStamp): BookTopEvent | undefined {
  const { bids, asks, digits } = book;
  if (bids.length === 0 || asks.length === 0) return undefined;
  const price = POWERS_OF_TEN[digits.priceDecimals]!;
  const size = POWERS_OF_TEN[digits.sizeDecimals]!;
  const bid = bids.bestPrice / price;
  const ask = asks.bestPrice / price;
  return {
    ...stamp,
    type: 'book_top',
    unit: 'quote',
    bid,
    bid_size: baseSize(bids.bestSize / size, bid, terms),
    ask,
    ask_size: baseSize(asks.bestSize / size, ask, terms),
  };
}

/** Sums of a live book as an event: best ten levels and all bands, in quote units. */
export function bookDepthEvent(book: ReadableBook, terms: BookTerms, stamp: EventStamp): BookDepthEvent {
  const { priceDecimals, sizeDecimals } = book.digits;
  const price = POWERS_OF_TEN[priceDecimals]!;
  const units = price * POWERS_OF_TEN[sizeDecimals]!;
  const best = (side: ReadableBook['bids']): number => {
    return terms.inverse
      ? inverseNotional(side, BEST_LEVELS, sizeDecimals, terms)
      : (bestNotional(side, BEST_LEVELS) / units) * terms.contractSize;
  };
  return {
    ...stamp,
    type: 'book_depth',
    unit: 'quote',
    best_bid: best(book.bids),
    best_ask: best(book.asks),
    bands: terms.inverse ? [] : BANDS_BPS.flatMap((bps) => bandOf(book, bps, terms)),
  };
}

function bandOf(book: ReadableBook, bps: number, { contractSize }: BookTerms): BookDepthEvent['bands'] {
  const depth = bandDepth(book, bps);
  if (depth === null) return [];
  const { bidCents, askCents, bidTruncated, askTruncated } = depth;
  const quote = (cents: number): number => (cents * contractSize) / 100;
  return [{ bps, bid: quote(bidCents), ask: quote(askCents), bid_truncated: bidTruncated, ask_truncated: askTruncated }];
}

/** Sizes of inverse contracts are quote already, whatever the price. */
function inverseNotional(side: ReadableBook['bids'], levels: number, sizeDecimals: number, { contractSize }: BookTerms): number {
  let contracts = 0;
  let at = side.firstPlace();
  for (let rank = 0; rank < levels && at >= 0; rank++) {
    contracts += side.sizeAt(at);
    at = side.nextPlace(at);
  }
  return (contracts / POWERS_OF_TEN[sizeDecimals]!) * contractSize;
}

function baseSize(size: number, price: number, { contractSize, inverse }: BookTerms): number {
  return inverse ? (size * contractSize) / price : size * contractSize;
}
