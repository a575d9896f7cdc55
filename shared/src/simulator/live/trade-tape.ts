import type { Fill } from './order-flow.ts';

/** A public trade. */
export interface Trade extends Fill {
  /** Consecutive per instrument. */
  readonly id: number;
  readonly atUs: number;
  readonly reason: 'fill' | 'liquidation';
}

/** Trades of one minute: prices in units, sizes in size units, value in the quote currency (US dollars for inverse contracts). */
export interface MinuteBar {
  /** Minutes since the epoch. */
  readonly minute: number;
  open: number;
  high: number;
  low: number;
  close: number;
  buySize: number;
  sellSize: number;
  value: number;
  trades: number;
}

const MINUTE_US = 60_000_000;
const KEPT_TRADES = 1000;
const KEPT_MINUTES = 1600;

/** The newest trades of an instrument and its bars by minute since the start; both bounded. */
export class TradeTape {
  readonly #trades: Trade[] = [];
  readonly #bars: MinuteBar[] = [];
  #nextId: number;
  #lastPrice: number;

  constructor(firstId: number, lastPrice: number) {
    this.#nextId = firstId;
    this.#lastPrice = lastPrice;
  }

  /** Price of the newest trade, in units. */
  get lastPrice(): number {
    return this.#lastPrice;
  }

  get newest(): Trade | undefined {
    return this.#trades.at(-1);
  }

  /** Oldest first. */
  get trades(): readonly Trade[] {
    return this.#trades;
  }

  /** Bars of minutes with trades, oldest first. */
  get bars(): readonly MinuteBar[] {
    return this.#bars;
  }

  add(fills: readonly Fill[], atUs: number, reason: Trade['reason'], quoteValueOf: (fill: Fill) => number): readonly Trade[] {
    return fills.map((fill) => {
      const trade = { ...fill, id: this.#nextId++, atUs, reason };
      this.#trades.push(trade);
      if (this.#trades.length > KEPT_TRADES) this.#trades.shift();
      this.#lastPrice = fill.price;
      this.#count(trade, quoteValueOf(fill));
      return trade;
    });
  }

  /** Follows a change of the price digits. */
  scalePrices(factor: number): void {
    this.#lastPrice *= factor;
    for (const bar of this.#bars) for (const field of ['open', 'high', 'low', 'close'] as const) bar[field] *= factor;
    this.#trades.forEach((trade, index) => {
      this.#trades[index] = { ...trade, price: trade.price * factor };
    });
  }

  #count({ price, size, side, atUs }: Trade, value: number): void {
    const bar = this.#barAt(Math.floor(atUs / MINUTE_US), price);
    bar.high = Math.max(bar.high, price);
    bar.low = Math.min(bar.low, price);
    bar.close = price;
    bar[side === 'buy' ? 'buySize' : 'sellSize'] += size;
    bar.value += value;
    bar.trades += 1;
  }

  #barAt(minute: number, price: number): MinuteBar {
    const newest = this.#bars.at(-1);
    if (newest?.minute === minute) return newest;
    const bar = { minute, open: price, high: price, low: price, close: price, buySize: 0, sellSize: 0, value: 0, trades: 0 };
    this.#bars.push(bar);
    if (this.#bars.length > KEPT_MINUTES) this.#bars.shift();
    return bar;
  }
}
