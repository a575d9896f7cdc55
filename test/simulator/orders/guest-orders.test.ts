import { describe, expect, it } from 'vitest';
import { LimitBook } from '#shared/simulator/live/limit-book.ts';
import { GuestOrders } from '#shared/simulator/orders/guest-orders.ts';

const bid = (price: number, left: number) => ({ side: 'bid', price, left }) as const;
const sell = (price: number, size: number) => ({ side: 'sell', price, size }) as const;

function world() {
  const book = new LimitBook(0);
  book.set('bid', 100, 5);
  return { book, guests: new GuestOrders(book) };
}

describe('orders of clients in the book', () => {
  it('are part of the level and wait behind what was there', () => {
    const { book, guests } = world();
    const order = bid(100, 3);
    guests.rest(order);
    expect(book.bids.sizeAt(100)).toBe(8);
    expect(guests.match([sell(100, 4)])).toEqual([]);
    expect(guests.match([sell(100, 2)])).toEqual([{ order, price: 100, size: 1 }]);
    expect(guests.match([sell(100, 9)])).toEqual([{ order, price: 100, size: 2 }]);
    expect(guests.sizeAt('bid', 100)).toBe(0);
  });

  it('are served in the order in which they came', () => {
    const { guests } = world();
    const [first, second] = [bid(100, 2), bid(100, 2)];
    guests.rest(first);
    guests.rest(second);
    expect(guests.match([sell(100, 8)])).toEqual([
      { order: first, price: 100, size: 2 },
      { order: second, price: 100, size: 1 },
    ]);
  });

  it('move up when those before them leave', () => {
    const { book, guests } = world();
    const [first, second] = [bid(100, 2), bid(100, 2)];
    guests.rest(first);
    guests.rest(second);
    book.set('bid', 100, 1 + guests.sizeAt('bid', 100));
    guests.flowChanged('bid', 100, 1);
    expect(guests.withdraw(first)).toBe(true);
    expect(guests.withdraw(first)).toBe(false);
    expect(book.bids.sizeAt(100)).toBe(3);
    expect(guests.match([sell(100, 2)])).toEqual([{ order: second, price: 100, size: 1 }]);
  });

  it('keep their place when they get smaller, and those behind them move up', () => {
    const { book, guests } = world();
    const [first, second] = [bid(100, 3), bid(100, 2)];
    guests.rest(first);
    guests.rest(second);
    expect(guests.shrink(first, 1)).toBe(true);
    expect([book.bids.sizeAt(100), guests.sizeAt('bid', 100)]).toEqual([8, 3]);
    expect(guests.match([sell(100, 7)])).toEqual([
      { order: first, price: 100, size: 1 },
      { order: second, price: 100, size: 1 },
    ]);
    expect(guests.shrink(first, 1)).toBe(false);
  });

  it('are met by prints at their own price and side only', () => {
    const { guests } = world();
    guests.rest(bid(99, 2));
    expect(guests.match([sell(100, 50), { side: 'buy', price: 99, size: 50 }])).toEqual([]);
    expect(guests.match([sell(99, 1)])).toHaveLength(1);
  });
});
