import type { QuantParams } from '../../contracts/quant-params.ts';
import { fundingTrend } from '../metrics/funding-trend.ts';
import { fundingMoments } from '../metrics/funding-z.ts';
import { type FundingHistory, isSettling, newestBucketMs } from '../state/funding-history.ts';
import type { StateArena } from '../state/state-arena.ts';

const TREND_EVERY_MS = 5 * 60_000;

/** Figures of the settled funding of each derivative, made anew only where a settlement came or time moved its buckets. */
export class FundingFigures {
  /** Mean and σ of the newest settled 8 h rates, NaN for too few. */
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  /** Line through the newest eight-hour buckets. */
  readonly slope: Float64Array;
  readonly t: Float64Array;
  readonly #history: FundingHistory;
  readonly #arena: StateArena;
  readonly #versions: Float64Array;
  /** What buckets were looked at: the newest one, and whether it was still settling. */
  readonly #buckets: Float64Array;
  readonly #settling: Uint8Array;
  #epoch = -1;
  #trendAt = -1;

  constructor(history: FundingHistory, arena: StateArena, rows: number) {
    const column = (): Float64Array => new Float64Array(rows).fill(Number.NaN);
    this.mean = column();
    this.deviation = column();
    this.slope = column();
    this.t = column();
    this.#history = history;
    this.#arena = arena;
    this.#versions = column();
    this.#buckets = column();
    this.#settling = new Uint8Array(rows);
  }

  /** Brings all rows up to a tick. Buckets are looked at every five minutes. */
  refresh(tickTs: number, params: QuantParams['funding']): void {
    const isRestored = this.#epoch !== this.#arena.epoch;
    const trendAt = Math.floor(tickTs / TREND_EVERY_MS);
    const isDue = trendAt !== this.#trendAt;
    for (let row = 0; row < this.#versions.length; row++) {
      const isChanged = isRestored || this.#versions[row] !== this.#history.version(row);
      if (isChanged) this.#refreshMoments(row, tickTs, params);
      if (isChanged || (isDue && this.#hasMoved(row, tickTs))) this.#refreshTrend(row, tickTs, params);
    }
    this.#epoch = this.#arena.epoch;
    this.#trendAt = trendAt;
  }

  #hasMoved(row: number, tickTs: number): boolean {
    return this.#buckets[row] !== newestBucketMs(tickTs) || (this.#settling[row] === 1) !== isSettling(tickTs);
  }

  #refreshMoments(row: number, tickTs: number, params: QuantParams['funding']): void {
    const settled = this.#history.rates8h(row, params.z_periods, tickTs + 1);
    const { mean, deviation } = fundingMoments(settled, params.z_min_periods);
    this.mean[row] = mean;
    this.deviation[row] = deviation;
    this.#versions[row] = this.#history.version(row);
  }

  #refreshTrend(row: number, tickTs: number, params: QuantParams['funding']): void {
    const { slope, t } = fundingTrend(this.#history.buckets(row, params.trend_buckets, tickTs), params.trend_t);
    this.slope[row] = slope;
    this.t[row] = t;
    this.#buckets[row] = newestBucketMs(tickTs);
    this.#settling[row] = isSettling(tickTs) ? 1 : 0;
  }
}
