import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandDepth } from '#shared/market/book/depth.ts';
import { BookMemory } from '#shared/market/book/kernel/book-memory.ts';
import { LevelList } from '#shared/market/book/level-list.ts';
import { OrderBook } from '#shared/market/book/order-book.ts';
import { levelsOf, type NaiveLevel } from './naive-book.ts';

/** One unit of price × size is a cent. */
const DIGITS = { priceDecimals: 1, sizeDecimals: 1 };
const MIDDLE = 1_000_000;
const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** Sizes of dust, of levels that only together pass 2^53 cents, and of some that do so alone; near each other, so that they replace one another. */
const size = fc.oneof(
  fc.integer({ min: 0, max: 1000 }),
  fc.constantFrom(0, 3_000_000_001, 4_400_000_003),
  fc.constantFrom(9_007_199_255, 900_719_925_474_099, Number.MAX_SAFE_INTEGER),
);
const level: fc.Arbitrary<NaiveLevel> = fc.tuple(
  fc.integer({ min: -40, max: 40 }).map((by) => MIDDLE + by),
  size,
);
const step = fc.record({
  bids: fc.array(level, { maxLength: 10 }),
  asks: fc.array(level, { maxLength: 10 }),
  edges: fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 4 }),
});

describe('sums of bands', () => {
  it('are exact or refused, whatever passed through them', () => {
    const memory = new BookMemory(1000);
    const depths = fc.constantFrom(4, Number.POSITIVE_INFINITY);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), depths, (steps, depth) => {
        const books = [new OrderBook(DIGITS, depth), new OrderBook(DIGITS, depth, memory)];
        for (const { bids, asks, edges } of steps) {
          books[0]!.apply(fill(new LevelList(), bids), fill(new LevelList(), asks));
          books[1]!.apply(fill(listIn(memory, 0), bids), fill(listIn(memory, 1024), asks));
          for (const book of books) {
            for (const edge of edges.map((by) => MIDDLE + by)) {
              expect(book.bids.centsWithin(edge)).toBe(centsOf(levelsOf(book.bids).filter(([price]) => price >= edge)));
              expect(book.asks.centsWithin(edge)).toBe(centsOf(levelsOf(book.asks).filter(([price]) => price <= edge)));
            }
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('make a depth that is not there, and is there again when the level is gone', () => {
    const book = new OrderBook(DIGITS, 10);
    const none = new LevelList();
    book.apply(fill(new LevelList(), [[MIDDLE - 1, 7]]), fill(new LevelList(), [[MIDDLE + 1, 5]]));
    const before = bandDepth(book, 100);
    book.apply(fill(new LevelList(), [[MIDDLE - 2, Number.MAX_SAFE_INTEGER]]), none);
    expect(bandDepth(book, 100)).toBeNull();
    book.apply(fill(new LevelList(), [[MIDDLE - 2, 0]]), none);
    expect(bandDepth(book, 100)).toEqual(before);
    expect(before).toMatchObject({ bidCents: 7 * (MIDDLE - 1), askCents: 5 * (MIDDLE + 1) });
  });
});

function centsOf(levels: readonly NaiveLevel[]): number {
  const exact = levels.reduce((sum, [price, lots]) => sum + BigInt(price) * BigInt(lots), 0n);
  return exact <= MOST ? Number(exact) : Number.NaN;
}

/** A list in the memory of the book, whose changes its kernel takes. */
function listIn(memory: BookMemory, at: number): LevelList {
  const list = new LevelList(0);
  list.lieIn(memory, at, new Float64Array(memory.buffer, at, 64), new Float64Array(memory.buffer, at + 512, 64));
  return list;
}

function fill(list: LevelList, levels: readonly NaiveLevel[]): LevelList {
  for (const [price, lots] of levels) list.push(price, lots);
  return list;
}
