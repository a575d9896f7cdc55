import { type SeededRandom, seededRandom } from '../../core/seeded-random.ts';
import { Crowd, type Positions } from './crowd.ts';
import { FundingClock, GATE_FUNDING, KRAKEN_FUNDING } from './funding-clock.ts';
import { instrumentKey, type LiveInstrument } from './live-instrument.ts';
import type { Fill } from './order-flow.ts';
import type { Trade } from './trade-tape.ts';

/** A forced order: `liquidated` is the side that was closed; a long is closed by selling. */
export interface Liquidation {
  readonly atUs: number;
  readonly liquidated: 'long' | 'short';
  /** Size units. */
  readonly size: number;
  /** Price units: where the position went bankrupt, and the average it was closed at. */
  readonly orderPrice: number;
  readonly fillPrice: number;
}

/** Positions by minute: open interest as bars, liquidations as sums in size units and quote value, the rest as it was at the end. */
export interface PositionMinute {
  readonly minute: number;
  oiOpen: number;
  oiHigh: number;
  oiLow: number;
  oiClose: number;
  longLiquidated: number;
  shortLiquidated: number;
  longLiquidatedValue: number;
  shortLiquidatedValue: number;
  mark: number;
  fundingRate: number;
  positions: Positions;
}

const KEPT_MINUTES = 1600;
const KEPT_LIQUIDATIONS = 1000;
const MINUTE_US = 60_000_000;
const BASIS_PULL = 0.004;
const BASIS_STEP = 0.000012;
/** A move of this size within a minute starts to liquidate. */
const PAIN = 0.0025;

/** What a perpetual has beyond a book: basis, funding, open interest, holders, liquidations. One call a second. */
export class Perpetual {
  readonly funding: FundingClock;
  readonly minutes: PositionMinute[] = [];
  readonly liquidations: Liquidation[] = [];
  /** Index and mark price in the quote currency. */
  index: number;
  mark: number;
  /** mark ÷ index − 1. */
  basis: number;
  #basisTarget = 0.00005;
  readonly #crowd: Crowd;
  readonly #random: SeededRandom;
  readonly #turnover: number;
  readonly #marks: number[] = [];

  constructor(seed: string, spec: LiveInstrument, index: number, openInterest: number, startUs: number) {
    const key = instrumentKey(spec);
    this.#random = seededRandom(`${seed}/live/perpetual/${key}`);
    this.#turnover = spec.dayTurnover;
    this.#crowd = new Crowd(seededRandom(`${seed}/live/crowd/${key}`), openInterest, 300 + Math.round(spec.dayTurnover / 80_000));
    this.funding = new FundingClock(
      spec.surface === 'gate_futures' ? GATE_FUNDING : KRAKEN_FUNDING,
      `${seed}/live/funding/${key}`,
      startUs,
    );
    this.index = index;
    this.basis = 0.0001 * this.#random.nextNormal();
    this.mark = index * (1 + this.basis);
    this.#minuteAt(startUs);
  }

  get positions(): Positions {
    return this.#crowd.positions;
  }

  /** Moves the premium towards `basis` (fraction); the usual one is 0.5 bps. */
  setBasisTarget(basis: number): void {
    this.#basisTarget = basis;
  }

  /** One second: basis, mark, funding and holders move on. What must be liquidated now, in US dollars, or null. */
  onSecond(index: number, nowUs: number): { readonly liquidated: 'long' | 'short'; readonly usd: number } | null {
    this.index = index;
    this.basis += BASIS_PULL * (this.#basisTarget - this.basis) + BASIS_STEP * this.#random.nextNormal();
    this.mark = index * (1 + this.basis);
    this.funding.observe(this.basis, nowUs);
    this.#crowd.onSecond();
    this.#keepMinute(nowUs);
    return this.#liquidation();
  }

  onTrades(trades: readonly Trade[], nowUs: number): void {
    for (const trade of trades) this.#crowd.onTrade(trade);
    this.#keepMinute(nowUs);
  }

  /** Books a liquidation whose order met these fills; `quoteValueOf` gives a fill's quote value. */
  onLiquidated(
    liquidated: 'long' | 'short',
    fills: readonly Fill[],
    orderPrice: number,
    quoteValueOf: (fill: Fill) => number,
    nowUs: number,
  ): Liquidation {
    const size = fills.reduce((sum, fill) => sum + fill.size, 0);
    const value = fills.reduce((sum, fill) => sum + quoteValueOf(fill), 0);
    const fillPrice = fills.at(-1)?.price ?? orderPrice;
    const liquidation = { atUs: nowUs, liquidated, size, orderPrice, fillPrice };
    this.liquidations.push(liquidation);
    if (this.liquidations.length > KEPT_LIQUIDATIONS) this.liquidations.shift();
    const minute = this.#minuteAt(nowUs);
    if (liquidated === 'long') {
      minute.longLiquidated += size;
      minute.longLiquidatedValue += value;
    } else {
      minute.shortLiquidated += size;
      minute.shortLiquidatedValue += value;
    }
    return liquidation;
  }

  #liquidation(): { liquidated: 'long' | 'short'; usd: number } | null {
    this.#marks.push(this.mark);
    if (this.#marks.length > 60) this.#marks.shift();
    const move = this.mark / this.#marks[0]! - 1;
    const pain = Math.abs(move) / PAIN;
    const [chance, size] = [this.#random.next(), this.#random.next()];
    if (chance > (pain < 1 ? 0.002 : Math.min(0.8, 0.15 * pain))) return null;
    const usd = this.#turnover * 0.00002 * Math.max(1, pain) * (0.1 + size);
    return { liquidated: move <= 0 ? 'long' : 'short', usd };
  }

  #keepMinute(nowUs: number): void {
    const minute = this.#minuteAt(nowUs);
    const { positions } = this.#crowd;
    minute.oiHigh = Math.max(minute.oiHigh, positions.openInterest);
    minute.oiLow = Math.min(minute.oiLow, positions.openInterest);
    minute.oiClose = positions.openInterest;
    minute.mark = this.mark;
    minute.fundingRate = this.funding.rate;
    minute.positions = positions;
  }

  #minuteAt(nowUs: number): PositionMinute {
    const minute = Math.floor(nowUs / MINUTE_US);
    const newest = this.minutes.at(-1);
    if (newest?.minute === minute) return newest;
    const { positions } = this.#crowd;
    const oi = positions.openInterest;
    const none = { longLiquidated: 0, shortLiquidated: 0, longLiquidatedValue: 0, shortLiquidatedValue: 0 };
    const bars = { oiOpen: oi, oiHigh: oi, oiLow: oi, oiClose: oi };
    const fresh = { minute, ...bars, ...none, mark: this.mark, fundingRate: this.funding.rate, positions };
    this.minutes.push(fresh);
    if (this.minutes.length > KEPT_MINUTES) this.minutes.shift();
    return fresh;
  }
}
