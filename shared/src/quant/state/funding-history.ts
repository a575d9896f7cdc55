import { LivepoolError } from '../../core/errors.ts';
import { funding8h } from '../metrics/funding.ts';
import type { StateArena } from './state-arena.ts';

const COUNT = 0;
const HEADER = 1;
const STRIDE = 3;
/** Five days of an hourly venue: enough for nine eight-hour buckets and thirty periods. */
const CAPACITY = 128;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const BUCKET_MS = 8 * HOUR_MS;
/** A settlement may be this late before its bucket counts as incomplete. */
const LATE_MS = HOUR_MS;

/** Settled funding rates of one instrument, oldest first; a settlement is known by its minute, a second one replaces the first. */
export class FundingHistory {
  /** Raised by every change. */
  version = 0;
  readonly #data: Float64Array;

  constructor(arena: StateArena) {
    this.#data = arena.view(HEADER + STRIDE * CAPACITY);
  }

  get count(): number {
    return this.#data[COUNT]!;
  }

  /** Time of the newest settlement, −1 without one. */
  get newestMs(): number {
    return this.count === 0 ? -1 : this.#minute(this.count - 1) * MINUTE_MS;
  }

  /** `rate` relative, as published per interval. Venues stamp a few seconds late: the minute counts. */
  settle(tsEvent: number, rate: number, intervalMs: number): void {
    if (!(intervalMs > 0) || rate - rate !== 0) return;
    const minute = Math.round(tsEvent / MINUTE_MS);
    let at = this.count;
    while (at > 0 && this.#minute(at - 1) > minute) at -= 1;
    const again = at > 0 && this.#minute(at - 1) === minute;
    const place = again ? at - 1 : this.#openPlace(at);
    if (place < 0) return;
    this.#data.set([minute, rate, intervalMs], HEADER + STRIDE * place);
    this.version += 1;
  }

  /** 8 h rates of the newest `periods` settlements before a time, oldest first. */
  rates8h(periods: number, beforeMs: number): readonly number[] {
    const rates: number[] = [];
    for (let i = this.count - 1; i >= 0 && rates.length < periods; i--) {
      if (this.#minute(i) * MINUTE_MS < beforeMs) rates.push(funding8h(this.#rate(i), this.#intervalMs(i)));
    }
    return rates.reverse();
  }

  /**
   * Sums of raw rates over the newest closed eight-hour buckets (…, …] UTC, oldest first, NaN where a settlement is missing
   * (quant spec §2). A bucket that ended within the hour and is not complete yet is left out.
   */
  buckets(count: number, nowMs: number): readonly number[] {
    const newest = Math.floor(nowMs / BUCKET_MS) * BUCKET_MS;
    const waits = nowMs - newest <= LATE_MS && Number.isNaN(this.#bucket(newest));
    const last = waits ? newest - BUCKET_MS : newest;
    return Array.from({ length: count }, (_, i) => this.#bucket(last - (count - 1 - i) * BUCKET_MS));
  }

  #bucket(endMs: number): number {
    let sum = 0;
    let covered = 0;
    for (let i = 0; i < this.count; i++) {
      const settled = this.#minute(i) * MINUTE_MS;
      if (settled <= endMs - BUCKET_MS || settled > endMs) continue;
      sum += this.#rate(i);
      covered += this.#intervalMs(i);
    }
    return covered === BUCKET_MS ? sum : Number.NaN;
  }

  /** Moves later ones up; the oldest makes room when all places are taken. −1 for one older than all kept. */
  #openPlace(at: number): number {
    const data = this.#data;
    if (this.count < CAPACITY) {
      data.copyWithin(HEADER + STRIDE * (at + 1), HEADER + STRIDE * at, HEADER + STRIDE * this.count);
      data[COUNT] = this.count + 1;
      return at;
    }
    if (at === 0) return -1;
    data.copyWithin(HEADER, HEADER + STRIDE, HEADER + STRIDE * at);
    return at - 1;
  }

  #minute(i: number): number {
    return this.#data[HEADER + STRIDE * i]!;
  }

  #rate(i: number): number {
    return this.#data[HEADER + STRIDE * i + 1]!;
  }

  #intervalMs(i: number): number {
    return this.#data[HEADER + STRIDE * i + 2]!;
  }
}

/** Refuses parameters that need more settlements than are kept. */
export function checkFundingParams(zPeriods: number, trendBuckets: number): void {
  if (zPeriods <= CAPACITY && (trendBuckets + 2) * 8 <= CAPACITY) return;
  throw new LivepoolError('PARAMS_INVALID', 'terminal', `funding windows need at most ${CAPACITY} settlements; shorten them`);
}
