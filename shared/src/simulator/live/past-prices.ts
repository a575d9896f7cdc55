import { DAY_MS } from '../../core/calendar-day.ts';
import { seededRandom } from '../../core/seeded-random.ts';
import type { MarketCandle } from '../market/market-candle.ts';
import type { SampleMarket } from '../market/sample-market.ts';

const HOUR_MS = 3_600_000;
const KEPT_NOISES = 512;
/** Size of the wandering within a day and within an hour, relative to that day's range. */
const DAY_NOISE = 0.3;
const HOUR_NOISE = 0.06;

/**
 * Prices before the live market began, at any minute: the day's open and close of the sample market joined by a seeded path that
 * is zero at both ends, so that bars of every size fit together and the last one meets the live price.
 */
export class PastPrices {
  readonly #market: SampleMarket;
  readonly #startMs: number;
  readonly #noises = new Map<string, Float64Array>();

  constructor(market: SampleMarket, startMs: number) {
    this.#market = market;
    this.#startMs = startMs;
  }

  /** Price of a base in USDT at `atMs`, relative to its price at the start; NaN before it traded. */
  relative(base: string, atMs: number): number {
    const candles = this.#market.candles(base);
    const now = candles.at(-1)?.close ?? Number.NaN;
    const candle = this.#candleAt(candles, atMs);
    return candle === undefined ? Number.NaN : this.#within(base, candle, Math.min(atMs, this.#startMs)) / now;
  }

  /** Quote volume (USDT, all venues) of the day that holds `atMs`. */
  dayTurnover(base: string, atMs: number): number {
    const candle = this.#candleAt(this.#market.candles(base), atMs);
    return candle === undefined ? 0 : Math.abs(candle.quoteVolume);
  }

  #candleAt(candles: readonly MarketCandle[], atMs: number): MarketCandle | undefined {
    const day = Math.floor(Math.min(atMs, this.#startMs) / DAY_MS);
    const newest = candles.at(-1);
    const guess = newest === undefined ? undefined : candles[candles.length - 1 - (newest.day - day)];
    return guess?.day === day ? guess : candles.find((candle) => candle.day === day);
  }

  #within(base: string, { day, open, high, low, close }: MarketCandle, atMs: number): number {
    const from = day * DAY_MS;
    const length = Math.min(this.#startMs, from + DAY_MS) - from;
    const share = length <= 0 ? 1 : (atMs - from) / length;
    const taper = 4 * share * (1 - share);
    const range = Math.max(Math.abs(high - low) / open, 0.0005);
    const hour = Math.floor(atMs / HOUR_MS);
    const inDay = at(this.#noise(`${base}/${day}`, 24), (atMs - from) / HOUR_MS);
    const inHour = at(this.#noise(`${base}/${day}/${hour}`, 60), (atMs - hour * HOUR_MS) / 60_000);
    return (open + (close - open) * share) * (1 + taper * range * (DAY_NOISE * inDay + HOUR_NOISE * inHour));
  }

  /** `steps + 1` values, zero at both ends. */
  #noise(name: string, steps: number): Float64Array {
    const known = this.#noises.get(name);
    if (known !== undefined) return known;
    const random = seededRandom(`${this.#market.seed}/live/past/${name}`);
    const noise = Float64Array.from({ length: steps + 1 }, (_, i) => (i === 0 || i === steps ? 0 : random.nextNormal() * 0.5));
    if (this.#noises.size >= KEPT_NOISES) this.#noises.clear();
    this.#noises.set(name, noise);
    return noise;
  }
}

/** The broken line through `knots` at `x`. */
function at(knots: Float64Array, x: number): number {
  const left = Math.min(Math.floor(x), knots.length - 2);
  const share = x - left;
  return knots[left]! * (1 - share) + knots[left + 1]! * share;
}
