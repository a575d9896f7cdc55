import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookMemory } from '#shared/market/book/kernel/book-memory.ts';
import { KrakenChecksum } from '#shared/market/book/kraken-checksum.ts';
import { LevelList } from '#shared/market/book/level-list.ts';
import { OrderBook } from '#shared/market/book/order-book.ts';
import { levelsOf, NaiveBook, type NaiveLevel } from './naive-book.ts';

const COLUMN_BYTES = 32_768;
const MOST_SIDES = 2000;
/** Its first part holds the columns: bid prices, bid sizes, ask prices, ask sizes. */
const memory = new BookMemory(MOST_SIDES);

/** Prices near the best one, near the window's lower edge and far away; many deletions, so that windows move. */
const level: fc.Arbitrary<NaiveLevel> = fc.tuple(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }) },
    { weight: 2, arbitrary: fc.integer({ min: -5000, max: 5000 }) },
    fc.integer({ min: -900_000, max: 900_000 }),
  ),
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1e6 })),
);
const changes = fc.array(level, { maxLength: 30 });
const steps = fc.array(
  fc.record({
    by: fc.oneof(fc.constant(0), fc.integer({ min: -3000, max: 3000 })),
    bids: changes,
    asks: changes,
    edge: fc.integer({ min: -4000, max: 4000 }),
    reads: fc.boolean(),
  }),
  { maxLength: 30 },
);

describe('changes that lie in the memory of the book', () => {
  it.each([
    ['two decimals of a price', { priceDecimals: 2, sizeDecimals: 3 }, 1],
    ['cents coarser than units', { priceDecimals: 0, sizeDecimals: 1 }, 1],
    ['sums beyond what a float64 holds at once', { priceDecimals: 8, sizeDecimals: 8 }, 977_777_777],
  ])('make the same book as any others: %s', (_what, digits, sizeUnit) => {
    const checksum = new KrakenChecksum();
    fc.assert(
      fc.property(steps, fc.constantFrom(3, 12, 200, Number.POSITIVE_INFINITY), (sequence, depth) => {
        const naive = new NaiveBook(depth);
        const plain = new OrderBook(digits, depth);
        const book = new OrderBook(digits, depth, memory);
        const known = checksum.newBook(book);
        let middle = 1_000_000;
        for (const { by, bids, asks, edge, reads } of sequence) {
          middle += by;
          const moved = (levels: readonly NaiveLevel[]) => {
            return levels.map(([price, size]): NaiveLevel => [middle + price, size * sizeUnit]);
          };
          naive.apply(moved(bids), moved(asks));
          plain.apply(list(moved(bids)), list(moved(asks)));
          book.apply(listInMemory(moved(bids), 0), listInMemory(moved(asks), 2 * COLUMN_BYTES));
          expect(levelsOf(book.bids)).toEqual(naive.bids());
          expect(levelsOf(book.asks)).toEqual(naive.asks());
          expect(book.absentDeletes).toBe(plain.absentDeletes);
          for (const [one, other] of [[book.bids, plain.bids] as const, [book.asks, plain.asks] as const]) {
            expect([one.length, one.bestPrice, one.worstPrice]).toEqual([other.length, other.bestPrice, other.worstPrice]);
            expect(one.centsWithin(middle + edge)).toBe(other.centsWithin(middle + edge));
          }
          if (reads) expect(checksum.next(book.asks, book.bids, digits, known)).toBe(naive.checksum(digits));
        }
      }),
      { numRuns: 150 },
    );
  });
});

function listInMemory(levels: readonly NaiveLevel[], at: number): LevelList {
  const result = new LevelList(0);
  const column = (from: number) => new Float64Array(memory.buffer, from, COLUMN_BYTES / 8);
  result.lieIn(memory, at, column(at), column(at + COLUMN_BYTES));
  for (const [price, size] of levels) result.push(price, size);
  return result;
}

function list(levels: readonly NaiveLevel[]): LevelList {
  const result = new LevelList();
  for (const [price, size] of levels) result.push(price, size);
  return result;
}
