import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeJournal } from '#shared/simulator/live/change-journal.ts';
import { type Level, LimitBook, type SideName } from '#shared/simulator/live/limit-book.ts';
import { BookWindow } from '#shared/simulator/streams/book-window.ts';

const change = fc.record({
  side: fc.constantFrom<SideName>('bid', 'ask'),
  price: fc.integer({ min: 1, max: 30 }),
  size: fc.integer({ min: 0, max: 4 }),
});

/** Levels as a client keeps them: a map, cut to the depth after each message. */
function applied(side: readonly Level[], levels: readonly Level[], depth: number, sign: 1 | -1): readonly Level[] {
  const map = new Map(side.map(({ price, size }) => [price, size]));
  for (const { price, size } of levels) {
    if (size === 0) map.delete(price);
    else map.set(price, size);
  }
  const sorted = [...map].sort(([a], [b]) => sign * (a - b));
  return sorted.slice(0, depth).map(([price, size]) => ({ price, size }));
}

describe('a window on a book', () => {
  it.each(['steps', 'net'] as const)('tells a client all it needs to stay equal to it (%s)', (form) => {
    const batches = fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), { maxLength: 40 });
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 8 }), (orders, depth) => {
        const book = new LimitBook(0);
        const window = new BookWindow(book, depth);
        let { bids, asks } = window.snapshot();
        for (const batch of orders) {
          for (const { side, price, size } of batch) book.set(side, side === 'bid' ? price : price + 40, size);
          const told = window.changes(book.takeChanges(), form);
          bids = applied(bids, told.bids, depth, -1);
          asks = applied(asks, told.asks, depth, 1);
          expect([bids, asks]).toEqual([book.bids.levels(depth), book.asks.levels(depth)]);
        }
      }),
    );
  });
});

describe('a journal of changes', () => {
  it('knows the book at each of its numbers, and nothing before or after them', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 30 }), (orders) => {
        const book = new LimitBook(100);
        const journal = new ChangeJournal(1000);
        journal.checkpoint(book, { priceDigits: 2, sizeDigits: 1 }, 0);
        const truth = new Map([[100, { bids: [] as readonly Level[], asks: [] as readonly Level[] }]]);
        orders.forEach((batch, index) => {
          for (const { side, price, size } of batch) {
            book.set(side, price, size);
            truth.set(book.sequence, { bids: book.bids.levels(99), asks: book.asks.levels(99) });
          }
          journal.record(book, book.takeChanges(), 10 * (index + 1));
          expect(journal.sequenceAt(10 * (index + 1))).toBe(book.sequence);
        });
        for (const [sequence, levels] of truth) expect(journal.bookAt(sequence, 99)).toMatchObject({ sequence, ...levels });
        expect([journal.bookAt(99, 99), journal.bookAt(book.sequence + 1, 99)]).toEqual([undefined, undefined]);
        expect(journal.sequenceAt(9)).toBe(100);
      }),
      { numRuns: 40 },
    );
  });

  it('forgets what is older than it has to keep', () => {
    const book = new LimitBook(0);
    const journal = new ChangeJournal(1000);
    journal.checkpoint(book, { priceDigits: 0, sizeDigits: 0 }, 0);
    for (let n = 1; n <= 5000; n++) {
      book.set('bid', 1 + (n % 7), n);
      journal.record(book, book.takeChanges(), n);
    }
    expect(journal.bookAt(5000, 9)?.sequence).toBe(5000);
    expect(journal.bookAt(4000, 9)?.atUs).toBe(4000);
    expect(journal.bookAt(2000, 9)).toBeUndefined();
  });
});
