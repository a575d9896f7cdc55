import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandDepth, notionalImbalance } from '#shared/market/book/depth.ts';
import { KrakenChecksum } from '#shared/market/book/kraken-checksum.ts';
import { LevelList } from '#shared/market/book/level-list.ts';
import { notionalCents, unitsPerCent } from '#shared/market/book/notional.ts';
import { OrderBook } from '#shared/market/book/order-book.ts';
import { levelsOf, NaiveBook, type NaiveLevel } from './naive-book.ts';

const DIGITS = { priceDecimals: 2, sizeDecimals: 3 };

/** Prices close together, so that levels repeat, vanish and cross the pruning edge often. */
const level: fc.Arbitrary<NaiveLevel> = fc.tuple(
  fc.integer({ min: 1, max: 60 }),
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1e6 })),
);
const message = fc.record({ bids: fc.array(level, { maxLength: 12 }), asks: fc.array(level, { maxLength: 12 }) });
const session = fc.array(message, { maxLength: 40 });

describe('order book', () => {
  it('equals the naive book after every message of any session', () => {
    const checksum = new KrakenChecksum();
    fc.assert(
      fc.property(session, fc.integer({ min: 1, max: 30 }), (messages, depth) => {
        const naive = new NaiveBook(depth);
        const book = new OrderBook(DIGITS, depth);
        for (const { bids, asks } of messages) {
          naive.apply(bids, asks);
          book.apply(list(bids), list(asks));
          expect(levelsOf(book.bids)).toEqual(naive.bids());
          expect(levelsOf(book.asks)).toEqual(naive.asks());
          expect(checksum.of(book)).toBe(naive.checksum(DIGITS));
        }
      }),
    );
  });

  it('equals the naive book at a thousand levels a side', () => {
    const wide = fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 })));
    const many = fc.array(wide, { minLength: 200, maxLength: 1500 });
    fc.assert(
      fc.property(fc.array(many, { minLength: 1, maxLength: 5 }), (messages) => {
        const naive = new NaiveBook(1000);
        const book = new OrderBook(DIGITS, 1000);
        for (const changes of messages) {
          naive.apply(changes, changes);
          book.apply(list(changes), list(changes));
          expect(levelsOf(book.bids)).toEqual(naive.bids());
          expect(levelsOf(book.asks)).toEqual(naive.asks());
        }
      }),
      { numRuns: 20 },
    );
  });

  it('equals the naive book wherever prices wander, side by side with its checksum from message to message', () => {
    const wandering = fc.array(fc.record({ by: fc.integer({ min: -3000, max: 3000 }), changes: message }), { maxLength: 40 });
    const depths = fc.constantFrom(3, 12, 40, Number.POSITIVE_INFINITY);
    const checksum = new KrakenChecksum();
    fc.assert(
      fc.property(wandering, depths, fc.constantFrom(1, 7, 40_000_003), (steps, depth, spread) => {
        const naive = new NaiveBook(depth);
        const book = new OrderBook(DIGITS, depth);
        const known = checksum.newBook();
        let middle = 1_000_000;
        for (const { by, changes } of steps) {
          middle += by;
          const moved = (levels: NaiveLevel[]) =>
            levels.map(([price, size]): NaiveLevel => [middle + price * spread, size * 977]);
          const [bids, asks] = [moved(changes.bids), moved(changes.asks)];
          naive.apply(bids, asks);
          book.apply(list(bids), list(asks));
          expect(levelsOf(book.bids)).toEqual(naive.bids());
          expect(levelsOf(book.asks)).toEqual(naive.asks());
          expect([book.bids.length, book.bids.worstPrice]).toEqual([naive.bids().length, naive.bids().at(-1)?.[0] ?? Number.NaN]);
          for (const [price, size] of naive.asks()) expect(book.asks.sizeOf(price)).toBe(size);
          expect(checksum.next(book.asks, book.bids, DIGITS, known)).toBe(naive.checksum(DIGITS));
        }
      }),
    );
  });

  it('keeps the notional within an edge of a book wider than its window', () => {
    const far = fc.tuple(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 0, max: 1e6 }));
    const edge = fc.oneof(fc.constantFrom(4400, 4405, 4600, 4000, 3000, 100), fc.integer({ min: 1, max: 9000 }));
    const step = fc.record({ changes: fc.array(far, { maxLength: 12 }), edges: fc.array(edge, { maxLength: 6 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const book = new OrderBook(DIGITS, 12);
        for (const { changes, edges } of steps) {
          book.apply(list(changes), list(changes));
          const cents = (levels: NaiveLevel[]) => levels.reduce((sum, [p, q]) => sum + Math.round((p * q) / 1000), 0);
          for (const edge of edges) {
            expect(book.bids.centsWithin(edge)).toBe(cents(levelsOf(book.bids).filter(([price]) => price >= edge)));
            expect(book.asks.centsWithin(edge)).toBe(cents(levelsOf(book.asks).filter(([price]) => price <= edge)));
          }
        }
      }),
    );
  });

  it('says that the best ten changed whenever they did', () => {
    fc.assert(
      fc.property(session, (messages) => {
        const book = new OrderBook(DIGITS, 25);
        let before = ['', ''];
        for (const { bids, asks } of messages) {
          book.apply(list(bids), list(asks));
          const now = [book.bids, book.asks].map((side) => JSON.stringify(levelsOf(side).slice(0, 10)));
          for (const [index, side] of [book.bids, book.asks].entries()) {
            if (!side.bestChanged) expect(now[index]).toBe(before[index]);
            const prices = new Float64Array(10);
            const sizes = new Float64Array(10);
            const count = side.takeBest(0, prices, sizes);
            const best = Array.from({ length: count }, (_, rank) => [prices[rank], sizes[rank]]);
            expect(best).toEqual(levelsOf(side).slice(0, 10));
          }
          before = now;
        }
      }),
    );
  });

  it('keeps the notional within any edge, wherever the edge moves', () => {
    const step = fc.record({ change: message, edge: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const book = new OrderBook(DIGITS, 12);
        for (const { change, edge } of steps) {
          book.apply(list(change.bids), list(change.asks));
          const cents = (levels: NaiveLevel[]) => levels.reduce((sum, [p, q]) => sum + Math.round((p * q) / 1000), 0);
          expect(book.bids.centsWithin(edge)).toBe(cents(levelsOf(book.bids).filter(([price]) => price >= edge)));
          expect(book.asks.centsWithin(edge)).toBe(cents(levelsOf(book.asks).filter(([price]) => price <= edge)));
        }
      }),
    );
  });

  it('counts deletions of levels that are not there', () => {
    const book = new OrderBook(DIGITS, 10);
    book.apply(
      list([
        [5, 0],
        [6, 1],
        [6, 0],
        [6, 0],
      ]),
      list([]),
    );
    expect([book.absentDeletes, book.bids.length]).toEqual([2, 0]);
  });

  it('moves to other digits and refuses what no longer fits', () => {
    const book = new OrderBook(DIGITS, 10);
    book.apply(list([[100, 12345]]), list([[101, 7]]));
    expect(book.refit({ priceDecimals: 3, sizeDecimals: 1 })).toBe(true);
    expect([levelsOf(book.bids), levelsOf(book.asks)]).toEqual([[[1000, 123]], [[1010, 1]]]);
    expect(book.refit({ priceDecimals: 3, sizeDecimals: 15 })).toBe(false);
  });
});

describe('depth and imbalance', () => {
  // market data spec §8.1: size@price, prices at 2 decimals, sizes at 1.
  const book = new OrderBook({ priceDecimals: 2, sizeDecimals: 1 }, 100);
  book.apply(
    list([
      [9995, 25],
      [9950, 100],
      [9800, 400],
      [9799, 1000],
    ]),
    list([
      [10005, 30],
      [10100, 120],
      [10200, 500],
      [10201, 800],
    ]),
  );

  it('sums the closed two percent band to the cent', () => {
    expect(bandDepth(book, 200)).toEqual({ bidCents: 516488, askCents: 661215, bidTruncated: false, askTruncated: false });
  });

  it('says when the outermost level is still inside', () => {
    expect(bandDepth(book, 300)).toMatchObject({ bidTruncated: true, askTruncated: true });
  });

  it('has no depth for an empty or crossed book', () => {
    expect(bandDepth(new OrderBook(DIGITS, 10), 200)).toBeNull();
    const crossed = new OrderBook(DIGITS, 10);
    crossed.apply(list([[5, 1]]), list([[5, 1]]));
    expect(bandDepth(crossed, 200)).toBeNull();
    expect(notionalImbalance(new OrderBook(DIGITS, 10), 10)).toBeNull();
  });

  it('weighs the best ten levels by notional', () => {
    const small = new OrderBook({ priceDecimals: 1, sizeDecimals: 0 }, 100);
    small.apply(
      list([
        [1000, 3],
        [999, 2],
        [998, 5],
      ]),
      list([
        [1001, 1],
        [1002, 4],
      ]),
    );
    expect(notionalImbalance(small, 10)).toBeCloseTo(0.3319997333, 10);
  });

  it('rounds notionals exactly, also beyond 2^53', () => {
    const safe = fc.integer({ min: 1, max: 2 ** 53 - 1 });
    fc.assert(
      fc.property(safe, safe, fc.integer({ min: 2, max: 20 }), (price, size, places) => {
        const divisor = 10n ** BigInt(places - 2);
        const exact = (BigInt(price) * BigInt(size) + divisor / 2n) / divisor;
        fc.pre(exact <= BigInt(Number.MAX_SAFE_INTEGER));
        expect(notionalCents(price, size, unitsPerCent(places, 0))).toBe(Number(exact));
      }),
    );
  });
});

function list(levels: readonly NaiveLevel[]): LevelList {
  const result = new LevelList(1);
  for (const [price, size] of levels) result.push(price, size);
  return result;
}
