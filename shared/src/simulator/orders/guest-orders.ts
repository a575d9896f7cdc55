import type { LimitBook, SideName } from '../live/limit-book.ts';
import type { Fill } from '../live/order-flow.ts';

/** A client's order that rests in the book, in the units of its instrument. */
export interface GuestOrder {
  readonly side: SideName;
  readonly price: number;
  readonly left: number;
}

interface Queued {
  readonly order: GuestOrder;
  left: number;
  /** Size at the level that is served before it. */
  ahead: number;
}

/** A resting order was met. */
export interface GuestFill {
  readonly order: GuestOrder;
  readonly price: number;
  readonly size: number;
}

/**
 * Clients' orders among those of the flow: their size is part of the level that everybody sees, and they are served by price and
 * time. The flow's own cancellations shorten the queue before them.
 */
export class GuestOrders {
  readonly #book: LimitBook;
  #queued: Queued[] = [];

  constructor(book: LimitBook) {
    this.#book = book;
  }

  /** Size of clients' orders at a level. */
  sizeAt(side: SideName, price: number): number {
    let size = 0;
    for (const { order, left } of this.#queued) if (order.side === side && order.price === price) size += left;
    return size;
  }

  /** Joins the end of the queue at its level. */
  rest(order: GuestOrder): void {
    const there = this.#book.side(order.side).sizeAt(order.price);
    this.#queued.push({ order, left: order.left, ahead: there });
    this.#book.set(order.side, order.price, there + order.left);
  }

  /** Leaves the book; false when it is not there. */
  withdraw(order: GuestOrder): boolean {
    if (!this.shrink(order, 0)) return false;
    this.#queued = this.#queued.filter((queued) => queued.order !== order);
    return true;
  }

  /** Becomes as small as `left` and keeps its place; false when it is not there. */
  shrink(order: GuestOrder, left: number): boolean {
    const smaller = this.#queued.find((queued) => queued.order === order);
    if (smaller === undefined) return false;
    const { side, price } = order;
    const gone = smaller.left - left;
    smaller.left = left;
    for (const later of this.#at(side, price).filter((other) => other.ahead > smaller.ahead)) later.ahead -= gone;
    this.#book.set(side, price, Math.max(0, this.#book.side(side).sizeAt(price) - gone));
    return true;
  }

  /** The flow's orders at a level are worth `flow` now: no more than that can be before a client's order. */
  flowChanged(side: SideName, price: number, flow: number): void {
    let guests = 0;
    for (const queued of this.#at(side, price)) {
      queued.ahead = Math.min(queued.ahead, flow + guests);
      guests += queued.left;
    }
  }

  /** Whom the fills of a taker met, first come first served. */
  match(fills: readonly Fill[]): readonly GuestFill[] {
    return this.#queued.length === 0 ? [] : fills.flatMap((fill) => this.#matchOne(fill));
  }

  #matchOne({ side: taker, price, size }: Fill): readonly GuestFill[] {
    const met = this.#at(taker === 'buy' ? 'ask' : 'bid', price).flatMap((queued): readonly GuestFill[] => {
      const reached = size - queued.ahead;
      queued.ahead = Math.max(0, queued.ahead - size);
      const filled = Math.min(queued.left, Math.max(0, reached));
      queued.left -= filled;
      return filled === 0 ? [] : [{ order: queued.order, price, size: filled }];
    });
    if (met.length > 0) this.#queued = this.#queued.filter(({ left }) => left > 0);
    return met;
  }

  #at(side: SideName, price: number): readonly Queued[] {
    return this.#queued.filter(({ order }) => order.side === side && order.price === price);
  }
}
