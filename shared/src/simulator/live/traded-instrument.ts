import { seededRandom } from '../../core/seeded-random.ts';
import { powerOfTen } from '../fixed-digits.ts';
import { type GuestFill, type GuestOrder, GuestOrders } from '../orders/guest-orders.ts';
import { ChangeJournal } from './change-journal.ts';
import { type LevelChange, LimitBook, type SideName } from './limit-book.ts';
import { instrumentKey, type LiveInstrument, notionalOf } from './live-instrument.ts';
import type { MarketProfile } from './market-profile.ts';
import { type Fill, OrderFlow } from './order-flow.ts';
import type { Liquidation, Perpetual } from './perpetual.ts';
import { type Trade, TradeTape } from './trade-tape.ts';

/** What a stream wants to hear about an instrument, in the order in which it happened. */
export interface InstrumentListener {
  /** The book changed at one instant; its newest change has the number `book.sequence`. */
  book?(changes: readonly LevelChange[], atUs: number): void;
  trades?(trades: readonly Trade[]): void;
  liquidation?(liquidation: Liquidation): void;
  /** Clients' resting orders were met. */
  guestFills?(fills: readonly GuestFill[], atUs: number): void;
  /** Digits or status are others from now on; the book is the same in the new digits. */
  spec?(): void;
}

export type TradingStatus = 'online' | 'halted' | 'delisted';

export interface TradedOptions {
  readonly seed: string;
  readonly levels: number;
  readonly journalChanges: number;
  readonly profile: MarketProfile;
  /** Opening price in the quote currency. */
  readonly price: number;
  readonly startUs: number;
}

/** One instrument with its true book, its orders, its trades and its past. */
export class TradedInstrument {
  readonly book: LimitBook;
  readonly tape: TradeTape;
  readonly journal: ChangeJournal;
  /** Clients' orders in the book. */
  readonly guests: GuestOrders;
  readonly listeners = new Set<InstrumentListener>();
  readonly perpetual: Perpetual | null;
  /** Opening price in the quote currency. */
  readonly openPrice: number;
  status: TradingStatus = 'online';
  /** No orders arrive while this is true: the book stays as a fault made it. */
  frozen = false;
  #spec: LiveInstrument;
  #changedUs: number;
  readonly #flow: OrderFlow;

  constructor(spec: LiveInstrument, options: TradedOptions, perpetual: Perpetual | null) {
    const { seed, levels, profile, price, startUs } = options;
    const random = seededRandom(`${seed}/live/book/${instrumentKey(spec)}`);
    this.#spec = spec;
    this.openPrice = price;
    this.perpetual = perpetual;
    this.book = new LimitBook(1_000_000 + random.nextInt(900_000_000));
    this.tape = new TradeTape(100_000 + random.nextInt(9_000_000), Math.max(1, Math.round(price * powerOfTen(spec.priceDigits))));
    this.guests = new GuestOrders(this.book);
    this.#flow = new OrderFlow(spec, this.book, this.guests, levels, profile, random);
    this.journal = new ChangeJournal(options.journalChanges);
    this.#flow.open(price);
    this.book.takeChanges();
    this.#changedUs = startUs;
    this.journal.checkpoint(this.book, spec, startUs);
  }

  get spec(): LiveInstrument {
    return this.#spec;
  }

  get ordersPerSecond(): number {
    return this.#flow.ordersPerSecond;
  }

  /** Time of the newest change of the book, µs. */
  get changedUs(): number {
    return this.#changedUs;
  }

  /** Units to quote currency. */
  price(units: number): number {
    return units / powerOfTen(this.#spec.priceDigits);
  }

  size(units: number): number {
    return units / powerOfTen(this.#spec.sizeDigits);
  }

  /** Quote value of a fill (US dollars for inverse contracts). */
  readonly quoteValueOf = (fill: Fill): number =>
    notionalOf(this.#spec, fill.size, this.price(fill.price), powerOfTen(this.#spec.sizeDigits));

  /** The next order of the flow at this fair price. */
  nextOrder(fair: number, nowUs: number): void {
    if (this.frozen || this.status !== 'online') return;
    this.#happened(this.#flow.next(fair), 'fill', nowUs);
  }

  /** Closes a position of someone who must. */
  liquidate(liquidated: 'long' | 'short', usd: number, nowUs: number): void {
    if (this.frozen || this.status !== 'online' || this.perpetual === null) return;
    const side = liquidated === 'long' ? 'sell' : 'buy';
    const fills = this.#flow.take(side, this.#flow.sizeOf(usd, this.perpetual.mark));
    if (fills.length === 0) return;
    const orderPrice = Math.round(fills.at(-1)!.price * (side === 'sell' ? 0.995 : 1.005));
    this.#happened(fills, 'liquidation', nowUs);
    const liquidation = this.perpetual.onLiquidated(liquidated, fills, orderPrice, this.quoteValueOf, nowUs);
    for (const listener of this.listeners) listener.liquidation?.(liquidation);
  }

  /**
   * A client takes what rests at `limit` (units) or better, `size` at most. What it gets is printed like any trade; its own orders
   * are not met: it stops before them.
   */
  take(side: 'buy' | 'sell', size: number, limit: number, isOwn: (price: number) => boolean, nowUs: number): readonly Fill[] {
    const resting: SideName = side === 'buy' ? 'ask' : 'bid';
    const levels = this.book.side(resting);
    const fills: Fill[] = [];
    for (let left = size; left > 0 && levels.count > 0; ) {
      const price = levels.prices[0]!;
      if (!levels.isBetterOrEqual(price, limit) || isOwn(price)) break;
      const part = Math.min(left, levels.sizes[0]!);
      this.book.set(resting, price, levels.sizes[0]! - part);
      fills.push({ side, price, size: part });
      left -= part;
    }
    this.#happened(fills, 'fill', nowUs);
    return fills;
  }

  /** A client's order joins the book. */
  rest(order: GuestOrder, nowUs: number): void {
    this.guests.rest(order);
    this.#happened([], 'fill', nowUs);
  }

  /** A client's order leaves the book; false when it is not there. */
  withdraw(order: GuestOrder, nowUs: number): boolean {
    const was = this.guests.withdraw(order);
    this.#happened([], 'fill', nowUs);
    return was;
  }

  /** A client's order gets smaller where it is. */
  shrink(order: GuestOrder, left: number, nowUs: number): void {
    this.guests.shrink(order, left);
    this.#happened([], 'fill', nowUs);
  }

  /** Changes made by a fault instead of an order. */
  force(changes: readonly LevelChange[], nowUs: number): void {
    for (const { side, price, size } of changes) this.book.set(side, price, size);
    this.#happened([], 'fill', nowUs);
  }

  setStatus(status: TradingStatus): void {
    this.status = status;
    for (const listener of this.listeners) listener.spec?.();
  }

  /** One more digit for prices: the same book, written longer. */
  addPriceDigit(nowUs: number): void {
    this.#spec = { ...this.#spec, priceDigits: this.#spec.priceDigits + 1, tick: this.#spec.tick * 10 };
    this.#flow.setSpec(this.#spec);
    this.book.bids.scalePrices(10);
    this.book.asks.scalePrices(10);
    this.tape.scalePrices(10);
    this.journal.checkpoint(this.book, this.#spec, nowUs);
    for (const listener of this.listeners) listener.spec?.();
  }

  #happened(fills: readonly Fill[], reason: Trade['reason'], nowUs: number): void {
    const changes = this.book.takeChanges();
    if (changes.length === 0) return;
    // Two orders never share an instant, so that a time names one state of the book.
    this.#changedUs = Math.max(nowUs, this.#changedUs + 1);
    this.journal.record(this.book, changes, this.#changedUs);
    const trades = this.tape.add(fills, this.#changedUs, reason, this.quoteValueOf);
    if (trades.length > 0) this.perpetual?.onTrades(trades, nowUs);
    for (const listener of this.listeners) listener.book?.(changes, this.#changedUs);
    if (trades.length === 0) return;
    for (const listener of this.listeners) listener.trades?.(trades);
    const met = this.guests.match(fills);
    if (met.length === 0) return;
    for (const listener of this.listeners) listener.guestFills?.(met, this.#changedUs);
  }
}
