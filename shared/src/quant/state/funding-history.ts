import { LivepoolError } from '../../core/errors.ts';
import { funding8h } from '../metrics/funding.ts';
import type { StateArena } from './state-arena.ts';

const COUNT = 0;
/** Raised by every change. */
const VERSION = 1;
/** Minute of the newest settlement. */
const NEWEST = 2;
const HEAD = 3;
const STRIDE = 3;
/** Five days of an hourly venue: enough for nine eight-hour buckets and thirty periods. */
const CAPACITY = 128;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const BUCKET_MS = 8 * HOUR_MS;
/** A settlement may be this late before its bucket counts as incomplete. */
const LATE_MS = HOUR_MS;

/**
 * Settled funding rates, one row a derivative, oldest first; a settlement is known by its minute, a second one replaces the first.
 */
export class FundingHistory {
  /** Apart from the settlements, since most ticks read nothing else. */
  readonly #heads: Float64Array;
  readonly #data: Float64Array;

  constructor(arena: StateArena, rows: number) {
    this.#heads = arena.take(HEAD * rows);
    this.#data = arena.take(STRIDE * CAPACITY * rows);
  }

  /** Another number after every change of the row. */
  version(row: number): number {
    return this.#heads[HEAD * row + VERSION]!;
  }

  /** Time of the newest settlement, −1 without one. */
  newestMs(row: number): number {
    return this.#count(row) === 0 ? -1 : this.#heads[HEAD * row + NEWEST]! * MINUTE_MS;
  }

  /** `rate` relative, as published per interval. Venues stamp a few seconds late: the minute counts. */
  settle(row: number, tsEvent: number, rate: number, intervalMs: number): void {
    if (!(intervalMs > 0) || rate - rate !== 0) return;
    const minute = Math.round(tsEvent / MINUTE_MS);
    let at = this.#count(row);
    while (at > 0 && this.#minute(row, at - 1) > minute) at -= 1;
    const again = at > 0 && this.#minute(row, at - 1) === minute;
    const place = again ? at - 1 : this.#openPlace(row, at);
    if (place < 0) return;
    this.#data.set([minute, rate, intervalMs], this.#placeOf(row, place));
    this.#heads[HEAD * row + VERSION] = this.#heads[HEAD * row + VERSION]! + 1;
    this.#heads[HEAD * row + NEWEST] = this.#minute(row, this.#count(row) - 1);
  }

  /** 8 h rates of the newest `periods` settlements before a time, oldest first. */
  rates8h(row: number, periods: number, beforeMs: number): readonly number[] {
    const rates: number[] = [];
    for (let i = this.#count(row) - 1; i >= 0 && rates.length < periods; i--) {
      if (this.#minute(row, i) * MINUTE_MS < beforeMs) rates.push(funding8h(this.#rate(row, i), this.#intervalMs(row, i)));
    }
    return rates.reverse();
  }

  /**
   * Sums of raw rates over the newest closed eight-hour buckets (…, …] UTC, oldest first, NaN where a settlement is missing
   * (quant spec §2). A bucket that ended within the hour and is not complete yet is left out.
   */
  buckets(row: number, count: number, nowMs: number): readonly number[] {
    const newest = newestBucketMs(nowMs);
    const waits = isSettling(nowMs) && Number.isNaN(this.#bucket(row, newest));
    const last = waits ? newest - BUCKET_MS : newest;
    return Array.from({ length: count }, (_, i) => this.#bucket(row, last - (count - 1 - i) * BUCKET_MS));
  }

  #bucket(row: number, endMs: number): number {
    const count = this.#count(row);
    let sum = 0;
    let covered = 0;
    for (let i = this.#firstAfter(row, endMs - BUCKET_MS); i < count && this.#minute(row, i) * MINUTE_MS <= endMs; i++) {
      sum += this.#rate(row, i);
      covered += this.#intervalMs(row, i);
    }
    return covered === BUCKET_MS ? sum : Number.NaN;
  }

  /** Place of the oldest settlement after a time; a search by halves, as they are in order. */
  #firstAfter(row: number, timeMs: number): number {
    let low = 0;
    let high = this.#count(row);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#minute(row, middle) * MINUTE_MS > timeMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Moves later ones up; the oldest makes room when all places are taken. −1 for one older than all kept. */
  #openPlace(row: number, at: number): number {
    const data = this.#data;
    const count = this.#count(row);
    const first = this.#placeOf(row, 0);
    if (count < CAPACITY) {
      data.copyWithin(first + STRIDE * (at + 1), first + STRIDE * at, first + STRIDE * count);
      this.#heads[HEAD * row + COUNT] = count + 1;
      return at;
    }
    if (at === 0) return -1;
    data.copyWithin(first, first + STRIDE, first + STRIDE * at);
    return at - 1;
  }

  #count(row: number): number {
    return this.#heads[HEAD * row + COUNT]!;
  }

  #minute(row: number, i: number): number {
    return this.#data[this.#placeOf(row, i)]!;
  }

  #rate(row: number, i: number): number {
    return this.#data[this.#placeOf(row, i) + 1]!;
  }

  #intervalMs(row: number, i: number): number {
    return this.#data[this.#placeOf(row, i) + 2]!;
  }

  #placeOf(row: number, i: number): number {
    return STRIDE * (CAPACITY * row + i);
  }
}

/** End of the newest closed eight-hour bucket. */
export function newestBucketMs(nowMs: number): number {
  return Math.floor(nowMs / BUCKET_MS) * BUCKET_MS;
}

/** Whether settlements of that bucket may still be on their way. */
export function isSettling(nowMs: number): boolean {
  return nowMs - newestBucketMs(nowMs) <= LATE_MS;
}

/** Refuses parameters that need more settlements than are kept. */
export function checkFundingParams(zPeriods: number, trendBuckets: number): void {
  if (zPeriods <= CAPACITY && (trendBuckets + 2) * 8 <= CAPACITY) return;
  throw new LivepoolError('PARAMS_INVALID', 'terminal', `funding windows need at most ${CAPACITY} settlements; shorten them`);
}
