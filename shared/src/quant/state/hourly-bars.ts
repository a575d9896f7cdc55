import type { KlineEvent } from '../../contracts/market-events/trade-events.ts';
import { orNaN } from '../finite.ts';
import { barRange, vadr } from '../metrics/vadr.ts';
import { parkinson } from '../metrics/volatility.ts';
import type { StateArena } from './state-arena.ts';

const NEWEST = 0;
const HEADER = 1;
const STRIDE = 5;
const CAPACITY = 32;
const DAY_HOURS = 24;
export const HOUR_MS = 3_600_000;

/** The newest closed hourly bars of one instrument by the hour of their close. */
export class HourlyBars {
  /** Raised by every change. */
  version = 0;
  readonly #data: Float64Array;

  constructor(arena: StateArena) {
    this.#data = arena.view(HEADER + STRIDE * CAPACITY, -1);
  }

  /** Takes a closed bar; a later statement of the same hour replaces it. Bars of other lengths are not ours. */
  add(bar: KlineEvent): void {
    if (bar.interval_ms !== HOUR_MS || bar.ts_event % HOUR_MS !== 0) return;
    const hour = bar.ts_event / HOUR_MS;
    if (hour <= this.#data[NEWEST]! - CAPACITY) return;
    const at = HEADER + STRIDE * (hour % CAPACITY);
    const numbers = [bar.high, bar.low, bar.close].map(orNaN);
    this.#data.set([hour, ...numbers, orNaN(bar.quote_volume)], at);
    this.#data[NEWEST] = Math.max(this.#data[NEWEST]!, hour);
    this.version += 1;
  }

  /** Close of the newest bar, ms; negative without one. */
  get newestMs(): number {
    return this.#data[NEWEST]! * HOUR_MS;
  }

  /** Parkinson volatility of the newest 24 bars, null unless all are there. */
  parkinson24h(): number {
    const bars = this.#back(0, DAY_HOURS);
    if (bars.length < DAY_HOURS) return Number.NaN;
    return parkinson(
      bars.map((at) => this.#data[at + 1]!),
      bars.map((at) => this.#data[at + 2]!),
    );
  }

  /** VADR of the newest bar against the bars before it (market data spec §8.1). */
  vadr(bars: number, minBars: number): number {
    const [current] = this.#back(0, 1);
    if (current === undefined) return Number.NaN;
    const before = this.#back(1, bars)
      .map((at) => this.#range(at))
      .filter((range) => range - range === 0);
    return vadr(this.#range(current), before, minBars);
  }

  /** Quote volume of the newest 24 bars, null unless all are there and say it. */
  quoteVolume24h(): number {
    const bars = this.#back(0, DAY_HOURS);
    return bars.length < DAY_HOURS ? Number.NaN : bars.reduce((sum, at) => sum + this.#data[at + 4]!, 0);
  }

  #range(at: number): number {
    return barRange(this.#data[at + 1]!, this.#data[at + 2]!, this.#data[at + 3]!, this.#data[at + 4]!);
  }

  /** Places of `count` hours ending `skip` hours before the newest, newest first, without the missing ones. */
  #back(skip: number, count: number): readonly number[] {
    const newest = this.#data[NEWEST]!;
    const places: number[] = [];
    for (let hour = newest - skip; hour > newest - skip - count && hour >= 0; hour--) {
      const at = HEADER + STRIDE * (hour % CAPACITY);
      if (this.#data[at] === hour) places.push(at);
    }
    return places;
  }
}
