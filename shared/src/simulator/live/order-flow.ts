import type { SeededRandom } from '../../core/seeded-random.ts';
import { powerOfTen } from '../fixed-digits.ts';
import { clamp } from '../market/volatility.ts';
import type { GuestOrders } from '../orders/guest-orders.ts';
import type { BookSide, LimitBook, SideName } from './limit-book.ts';
import type { LiveInstrument } from './live-instrument.ts';
import type { MarketProfile } from './market-profile.ts';

/** One match: a taker's order met a resting level. */
export interface Fill {
  /** The taker's side. */
  readonly side: 'buy' | 'sell';
  /** In price units and size units. */
  readonly price: number;
  readonly size: number;
}

/** Levels reach this far from the fair price (fraction). */
const RANGE = 0.03;
/** A level further away than this is cancelled when it is met. */
const FORGOTTEN_RANGE = 0.06;
const MARKET_SHARE = 0.12;
/** Share of the limit orders that join or mend the best quotes. */
const TOUCH_SHARE = 0.3;
const TOUCH_WEIGHT = 0.04;
const USUAL_SPREAD_BPS = 1.5;
/** Part of a day's turnover that market orders make; the rest comes from quotes that the price leaves behind. */
const MARKET_TURNOVER = 0.5;
const MOST_SWEPT_LEVELS = 6;
const FEWEST_LEVELS = 3;
/** Resting value of a side within the range, as a share of a day's turnover. */
const DEPTH_SHARE = 0.02;
const THIN_ASKS = 0.06;

/**
 * The orders of one instrument: limit orders around the fair price, denser near it, cancels, and market orders sized so that a day
 * trades about its usual turnover. Quotes that the fair price has left behind are taken first, as an arbitrageur would.
 */
export class OrderFlow {
  /** Orders per second on average. */
  readonly ordersPerSecond: number;
  readonly #book: LimitBook;
  readonly #guests: GuestOrders;
  readonly #random: SeededRandom;
  readonly #levels: number;
  readonly #levelUsd: number;
  readonly #marketUsd: number;
  readonly #spreadBps: number;
  #spec: LiveInstrument;

  constructor(
    spec: LiveInstrument,
    book: LimitBook,
    guests: GuestOrders,
    levels: number,
    profile: MarketProfile,
    random: SeededRandom,
  ) {
    this.#spec = spec;
    this.#book = book;
    this.#guests = guests;
    this.#random = random;
    this.ordersPerSecond = profile.activity * (spec.dayTurnover > 1e8 ? 16 : spec.dayTurnover > 1e7 ? 8 : 4);
    this.#levels = Math.max(20, Math.round(levels * profile.depth));
    this.#levelUsd = Math.max(40, (spec.dayTurnover * DEPTH_SHARE * profile.depth) / levels);
    this.#marketUsd = Math.max(20, (spec.dayTurnover * MARKET_TURNOVER) / 86_400 / (this.ordersPerSecond * MARKET_SHARE));
    this.#spreadBps = USUAL_SPREAD_BPS * profile.spread;
  }

  /** Follows a change of the instrument's digits. */
  setSpec(spec: LiveInstrument): void {
    this.#spec = spec;
  }

  /** Fills an empty book around the fair price (quote currency). */
  open(fair: number): void {
    for (const side of ['bid', 'ask'] as const) {
      for (let n = this.#wanted(side); n > 0; n--) this.#add(side, fair);
    }
  }

  /** The next order at this fair price; its fills, if it was a taker's. */
  next(fair: number): readonly Fill[] {
    const units = this.#units(fair);
    const [bid, ask] = [this.#book.bids.prices[0], this.#book.asks.prices[0]];
    if (ask !== undefined && units > ask) return this.#sweep('buy', units);
    if (bid !== undefined && units < bid) return this.#sweep('sell', units);
    const draw = this.#random.next();
    if (draw < MARKET_SHARE) return this.#takeSome(units);
    const side: SideName = this.#random.next() < 0.5 ? 'bid' : 'ask';
    const missing = 1 - this.#book.side(side).count / this.#wanted(side);
    if (draw < MARKET_SHARE + (1 - MARKET_SHARE) * clamp(0.5 + 4 * missing, 0.1, 0.95)) this.#add(side, fair);
    else this.#cancel(side, units);
    return [];
  }

  /** A market order of `size` units; it leaves the last levels of the book alone. */
  take(side: 'buy' | 'sell', size: number): readonly Fill[] {
    const resting = side === 'buy' ? this.#book.asks : this.#book.bids;
    const fills: Fill[] = [];
    let left = size;
    while (left > 0 && resting.count > FEWEST_LEVELS && fills.length < 40) {
      const [price, there] = [resting.prices[0]!, resting.sizes[0]!];
      const taken = Math.min(left, there);
      // A large resting level is several orders: the venue shows its size after each of them.
      const first = taken > 3 && this.#random.next() < 0.2 ? Math.floor(taken / 2) : taken;
      for (const part of first < taken ? [first, taken - first] : [taken]) {
        this.#book.set(side === 'buy' ? 'ask' : 'bid', price, resting.sizeAt(price) - part);
        fills.push({ side, price, size: part });
      }
      left -= taken;
    }
    return fills;
  }

  /** Size units of an order worth `usd` at a price. */
  sizeOf(usd: number, price: number): number {
    const { kind, contractSize, sizeDigits } = this.#spec;
    const contracts = kind === 'inverse' ? usd / contractSize : usd / (price * contractSize);
    return Math.max(1, Math.round(contracts * powerOfTen(sizeDigits)));
  }

  #units(fair: number): number {
    return fair * powerOfTen(this.#spec.priceDigits);
  }

  #wanted(side: SideName): number {
    return side === 'ask' && this.#spec.shape === 'thin' ? Math.ceil(this.#levels * THIN_ASKS) : this.#levels;
  }

  #sweep(side: 'buy' | 'sell', limit: number): readonly Fill[] {
    const resting: BookSide = side === 'buy' ? this.#book.asks : this.#book.bids;
    let size = 0;
    for (let rank = 0; rank < Math.min(MOST_SWEPT_LEVELS, resting.count); rank++) {
      const price = resting.prices[rank]!;
      if (side === 'buy' ? price > limit : price < limit) break;
      size += resting.sizes[rank]!;
    }
    const fills = this.take(side, size);
    // A book down to its last levels moves them instead of selling out.
    if (fills.length === 0) this.#place(side === 'buy' ? 'ask' : 'bid', resting.prices[0]!, 0);
    return fills;
  }

  #takeSome(units: number): readonly Fill[] {
    const [bid, ask] = [this.#book.bids.prices[0], this.#book.asks.prices[0]];
    if (bid === undefined || ask === undefined) return [];
    const lean = clamp(((units - (bid + ask) / 2) / (ask - bid)) * 0.4, -0.3, 0.3);
    const side = this.#random.next() < 0.5 + lean ? 'buy' : 'sell';
    const usd = (this.#marketUsd * 0.33) / (0.05 + this.#random.next());
    return this.take(side, this.sizeOf(usd, units / powerOfTen(this.#spec.priceDigits)));
  }

  #add(side: SideName, fair: number): void {
    const { tick } = this.#spec;
    const units = this.#units(fair);
    const [near, far, amount] = [this.#random.next(), this.#random.next(), this.#random.next()];
    const half = Math.max(tick * 0.5, (units * this.#spreadBps) / 20_000);
    const behind = Math.max(0, (far - TOUCH_SHARE) / (1 - TOUCH_SHARE));
    const distance = half * (0.6 + 0.8 * near) + units * RANGE * behind * behind * behind;
    const price = side === 'bid' ? this.#bidPrice(units - distance) : this.#askPrice(units + distance);
    if (price <= 0) return;
    // Quotes at the touch are small: they are the ones that move with the price and are hit.
    const weight = behind === 0 ? TOUCH_WEIGHT : 0.4 + 1.6 * behind;
    const size = this.sizeOf(this.#levelUsd * weight * (0.05 + 1.9 * amount * amount), fair);
    this.#place(side, price, size);
  }

  /** The flow's own size at a level; clients' orders there stay. */
  #place(side: SideName, price: number, size: number): void {
    this.#book.set(side, price, size + this.#guests.sizeAt(side, price));
    this.#guests.flowChanged(side, price, size);
  }

  /** On the grid, below the best ask. */
  #bidPrice(units: number): number {
    const { tick } = this.#spec;
    const ask = this.#book.asks.prices[0] ?? Number.POSITIVE_INFINITY;
    return Math.min(Math.floor(units / tick) * tick, ask - tick);
  }

  #askPrice(units: number): number {
    const { tick } = this.#spec;
    const bid = this.#book.bids.prices[0] ?? 0;
    return Math.max(Math.ceil(units / tick) * tick, bid + tick);
  }

  #cancel(side: SideName, units: number): void {
    const resting = this.#book.side(side);
    if (resting.count <= FEWEST_LEVELS) return;
    const [where, how] = [this.#random.next(), this.#random.next()];
    const farthest = resting.prices[resting.count - 1]!;
    const isForgotten = Math.abs(farthest - units) > FORGOTTEN_RANGE * units;
    const rank = isForgotten ? resting.count - 1 : Math.floor(where * where * resting.count);
    const price = resting.prices[rank]!;
    const size = resting.sizes[rank]! - this.#guests.sizeAt(side, price);
    const left = isForgotten || how < 0.6 ? 0 : Math.floor(size * (how - 0.5));
    this.#place(side, price, left === size ? 0 : left);
  }
}
