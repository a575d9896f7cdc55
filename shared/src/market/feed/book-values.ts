import type { BandDepthValue, BookDepthEvent, BookTopEvent } from '../../contracts/market-events/book-events.ts';
import { POWERS_OF_TEN } from '../book/decimal-units.ts';
import { bandDepth, bestNotional } from '../book/depth.ts';
import type { ReadableBook, ReadableSide } from '../book/order-book.ts';

/** Bands of a depth event, in basis points of mid. */
export const DEPTH_BANDS_BPS: readonly number[] = [10, 25, 100, 200];
/** Levels of a side in `best_bid` and `best_ask`. */
export const BEST_LEVELS = 10;

/** What turns a book's sizes into base and quote units. */
export interface ContractTerms {
  readonly settle: 'linear' | 'inverse';
  readonly contract_size: number;
}

type Top = Pick<BookTopEvent, 'bid' | 'bid_size' | 'ask' | 'ask_size'>;
type Depth = Pick<BookDepthEvent, 'best_bid' | 'best_ask' | 'bands'>;

/** Best bid and ask in quote and base units; null when a side is empty or the book is crossed. */
export function bookTop(book: ReadableBook, terms: ContractTerms): Top | null {
  if (!(book.bids.bestPrice < book.asks.bestPrice)) return null;
  const prices = POWERS_OF_TEN[book.digits.priceDecimals]!;
  const sizes = POWERS_OF_TEN[book.digits.sizeDecimals]!;
  const [bid, ask] = [book.bids.bestPrice / prices, book.asks.bestPrice / prices];
  const base = (size: number, price: number) =>
    terms.settle === 'linear' ? (size / sizes) * terms.contract_size : ((size / sizes) * terms.contract_size) / price;
  return { bid, ask, bid_size: base(book.bids.bestSize, bid), ask_size: base(book.asks.bestSize, ask) };
}

/** Notional sums in quote units (market data spec §8.1); null when a side is empty or the book is crossed. */
export function bookDepth(book: ReadableBook, terms: ContractTerms): Depth | null {
  if (!(book.bids.bestPrice < book.asks.bestPrice)) return null;
  return terms.settle === 'linear' ? linearDepth(book, terms.contract_size) : inverseDepth(book, terms.contract_size);
}

function linearDepth(book: ReadableBook, contractSize: number): Depth {
  const units = POWERS_OF_TEN[book.digits.priceDecimals]! * POWERS_OF_TEN[book.digits.sizeDecimals]!;
  const best = (side: ReadableSide) => (bestNotional(side, BEST_LEVELS) / units) * contractSize;
  const bands = DEPTH_BANDS_BPS.flatMap((bps): BandDepthValue[] => {
    const band = bandDepth(book, bps);
    if (band === null) return [];
    const { bidCents, askCents, bidTruncated, askTruncated } = band;
    const bid = (bidCents / 100) * contractSize;
    const ask = (askCents / 100) * contractSize;
    return [{ bps, bid, ask, bid_truncated: bidTruncated, ask_truncated: askTruncated }];
  });
  return { best_bid: best(book.bids), best_ask: best(book.asks), bands };
}

/** A contract is a fixed amount of the quote currency: notional is the sum of sizes. */
function inverseDepth(book: ReadableBook, contractSize: number): Depth {
  const toQuote = contractSize / POWERS_OF_TEN[book.digits.sizeDecimals]!;
  const twiceMid = book.bids.bestPrice + book.asks.bestPrice;
  const bands = DEPTH_BANDS_BPS.map((bps): BandDepthValue => {
    const low = (twiceMid * (10_000 - bps)) / 20_000;
    const high = (twiceMid * (10_000 + bps)) / 20_000;
    const bid = sizesWhile(book.bids, (price) => price >= low) * toQuote;
    const ask = sizesWhile(book.asks, (price) => price <= high) * toQuote;
    return { bps, bid, ask, bid_truncated: book.bids.worstPrice >= low, ask_truncated: book.asks.worstPrice <= high };
  });
  const best = (side: ReadableSide) => sizesWhile(side, (_price, rank) => rank < BEST_LEVELS) * toQuote;
  return { best_bid: best(book.bids), best_ask: best(book.asks), bands };
}

function sizesWhile(side: ReadableSide, isInside: (price: number, rank: number) => boolean): number {
  let sum = 0;
  let rank = 0;
  for (let at = side.firstPlace(); at >= 0 && isInside(side.priceAt(at), rank); at = side.nextPlace(at)) {
    sum += side.sizeAt(at);
    rank += 1;
  }
  return sum;
}
