import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LevelList } from '#shared/market/book/level-list.ts';
import { OrderBook } from '#shared/market/book/order-book.ts';

/** Bytes that `count` filled books of `depth` levels a side take, typed arrays included. */
export function memoryOfBooks(count: number, depth: number): { megabytes: number; levels: number } {
  const collect = garbageCollector();
  const bids = new LevelList(depth);
  const asks = new LevelList(depth);
  for (let i = 0; i < depth; i++) {
    bids.push(1_000_000 - i, 1 + i);
    asks.push(1_000_001 + i, 1 + i);
  }
  const before = used(collect);
  const books = Array.from({ length: count }, () => {
    const book = new OrderBook({ priceDecimals: 1, sizeDecimals: 8 }, depth);
    book.load(bids, asks);
    return book;
  });
  const bytes = used(collect) - before;
  return { megabytes: bytes / 1_048_576, levels: books.reduce((sum, book) => sum + book.bids.length + book.asks.length, 0) };
}

function used(collect: () => void): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
