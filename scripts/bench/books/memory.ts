import { LevelList } from '#shared/market/book/level-list.ts';
import { OrderBook } from '#shared/market/book/order-book.ts';

/** Resident bytes that `count` filled books of `depth` levels a side take, typed arrays included. */
export function memoryOfBooks(count: number, depth: number): { megabytes: number; levels: number } {
  const bids = new LevelList(depth);
  const asks = new LevelList(depth);
  for (let i = 0; i < depth; i++) {
    bids.push(1_000_000 - i, 1 + i);
    asks.push(1_000_001 + i, 1 + i);
  }
  const before = used();
  const books = Array.from({ length: count }, () => {
    const book = new OrderBook({ priceDecimals: 1, sizeDecimals: 8 }, depth);
    book.load(bids, asks);
    return book;
  });
  const levels = books.reduce((sum, book) => sum + book.bids.length + book.asks.length, 0);
  return { megabytes: (used() - before) / 1_048_576, levels };
}

function used(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
