import type { KlineEvent } from '../../contracts/market-events/trade-events.ts';
import { orNaN } from '../finite.ts';
import { barRange, vadr } from '../metrics/vadr.ts';
import { parkinson } from '../metrics/volatility.ts';
import type { StateArena } from './state-arena.ts';

const NEWEST = 0;
const PARKINSON = 1;
const VADR = 2;
const QUOTE_VOLUME = 3;
const HEAD = 4;
const STRIDE = 5;
const CAPACITY = 32;
const DAY_HOURS = 24;
export const HOUR_MS = 3_600_000;

/** Bars that VADR compares the newest one with. */
export interface VadrRules {
  readonly bars: number;
  readonly min_bars: number;
}

/**
 * The newest closed hourly bars by the hour of their close, one row an instrument, and the figures of them: made when a bar comes, so
 * that the ticks of an hour only read them.
 */
export class HourlyBars {
  /** Newest hour and figures, apart from the bars, since ticks read nothing else. */
  readonly #heads: Float64Array;
  readonly #bars: Float64Array;
  readonly #rules: VadrRules;

  constructor(arena: StateArena, rows: number, rules: VadrRules) {
    this.#heads = arena.take(HEAD * rows, Number.NaN);
    this.#bars = arena.take(STRIDE * CAPACITY * rows, -1);
    this.#rules = rules;
    for (let row = 0; row < rows; row++) this.#heads[HEAD * row + NEWEST] = -1;
  }

  /** Takes a closed bar; a later statement of the same hour replaces it. Bars of other lengths are not ours. */
  add(row: number, bar: KlineEvent): void {
    if (bar.interval_ms !== HOUR_MS || bar.ts_event % HOUR_MS !== 0) return;
    const heads = this.#heads;
    const head = HEAD * row;
    const hour = bar.ts_event / HOUR_MS;
    if (hour <= heads[head + NEWEST]! - CAPACITY) return;
    const numbers = [bar.high, bar.low, bar.close, bar.quote_volume].map(orNaN);
    this.#bars.set([hour, ...numbers], this.#placeOf(row, hour));
    heads[head + NEWEST] = Math.max(heads[head + NEWEST]!, hour);
    heads[head + PARKINSON] = this.#parkinson24h(row);
    heads[head + VADR] = this.#vadr(row);
    heads[head + QUOTE_VOLUME] = this.#quoteVolume24h(row);
  }

  /** Close of the newest bar, ms; negative without one. */
  newestMs(row: number): number {
    return this.#heads[HEAD * row + NEWEST]! * HOUR_MS;
  }

  /** Parkinson volatility of the newest 24 bars, null unless all are there. */
  parkinson24h(row: number): number {
    return this.#heads[HEAD * row + PARKINSON]!;
  }

  /** VADR of the newest bar against the bars before it (market data spec §8.1). */
  vadr(row: number): number {
    return this.#heads[HEAD * row + VADR]!;
  }

  /** Quote volume of the newest 24 bars, null unless all are there and say it. */
  quoteVolume24h(row: number): number {
    return this.#heads[HEAD * row + QUOTE_VOLUME]!;
  }

  #parkinson24h(row: number): number {
    const bars = this.#back(row, 0, DAY_HOURS);
    if (bars.length < DAY_HOURS) return Number.NaN;
    return parkinson(
      bars.map((at) => this.#bars[at + 1]!),
      bars.map((at) => this.#bars[at + 2]!),
    );
  }

  #vadr(row: number): number {
    const [current] = this.#back(row, 0, 1);
    if (current === undefined) return Number.NaN;
    const before = this.#back(row, 1, this.#rules.bars)
      .map((at) => this.#range(at))
      .filter((range) => range - range === 0);
    return vadr(this.#range(current), before, this.#rules.min_bars);
  }

  #quoteVolume24h(row: number): number {
    const bars = this.#back(row, 0, DAY_HOURS);
    return bars.length < DAY_HOURS ? Number.NaN : bars.reduce((sum, at) => sum + this.#bars[at + 4]!, 0);
  }

  #range(at: number): number {
    return barRange(this.#bars[at + 1]!, this.#bars[at + 2]!, this.#bars[at + 3]!, this.#bars[at + 4]!);
  }

  /** Places of `count` hours ending `skip` hours before the newest, newest first, without the missing ones. */
  #back(row: number, skip: number, count: number): readonly number[] {
    const newest = this.#heads[HEAD * row + NEWEST]!;
    const places: number[] = [];
    for (let hour = newest - skip; hour > newest - skip - count && hour >= 0; hour--) {
      const at = this.#placeOf(row, hour);
      if (this.#bars[at] === hour) places.push(at);
    }
    return places;
  }

  #placeOf(row: number, hour: number): number {
    return STRIDE * (CAPACITY * row + (hour % CAPACITY));
  }
}
