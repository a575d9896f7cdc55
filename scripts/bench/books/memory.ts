import { LevelList } from '#shared/market/book/level-list.ts';
import { OrderBook } from '#shared/market/book/order-book.ts';
import { garbageCollector } from './garbage-collector.ts';

export interface BooksMemory {
  /** Heap and typed arrays. */
  readonly bytesPerBook: number;
  readonly levels: number;
  readonly residentMb: { readonly before: number; readonly after: number };
}

/** Ticks between two levels: a book of a thousand levels reaches far beyond the window around its best price. */
const TICKS_APART = 7;

/** What `count` filled books of `depth` levels a side take. */
export function memoryOfBooks(count: number, depth: number): BooksMemory {
  const collect = garbageCollector();
  const bids = new LevelList(depth);
  const asks = new LevelList(depth);
  for (let i = 0; i < depth; i++) {
    bids.push(1_000_000 - TICKS_APART * i, 1 + i);
    asks.push(1_000_001 + TICKS_APART * i, 1 + i);
  }
  const before = used(collect);
  const books = Array.from({ length: count }, () => {
    const book = new OrderBook({ priceDecimals: 1, sizeDecimals: 8 }, depth);
    book.load(bids, asks);
    return book;
  });
  const after = used(collect);
  return {
    bytesPerBook: (after.bytes - before.bytes) / count,
    levels: books.reduce((sum, book) => sum + book.bids.length + book.asks.length, 0),
    residentMb: { before: before.residentMb, after: after.residentMb },
  };
}

function used(collect: () => void): { readonly bytes: number; readonly residentMb: number } {
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { bytes: heapUsed + external, residentMb: rss / 1_048_576 };
}
