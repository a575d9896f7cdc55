import { naturalLog } from '../../core/elementary.ts';
import { annualVolatility, nextVariance, RV_START } from '../metrics/volatility.ts';
import type { StateArena } from './state-arena.ts';

const MINUTE = 0;
const LOG_MID = 1;
const COUNT = 2;
const SUM = 3;
const VARIANCE = 4;
const UPDATED_MS = 5;

/** Exponentially weighted variance of one-minute log returns of mid (quant spec §3.3 `rv_1m`). */
export class MinuteVolatility {
  readonly #data: Float64Array;

  constructor(arena: StateArena) {
    this.#data = arena.view(6);
    this.#data[MINUTE] = -2;
    this.#data[UPDATED_MS] = -1;
  }

  /** Mid at a full minute, NaN when there was none: the return across it is dropped then. */
  onMinute(minute: number, mid: number): void {
    if (!(mid > 0)) return;
    const data = this.#data;
    const logMid = naturalLog(mid);
    if (data[MINUTE] === minute - 1) this.#add(logMid - data[LOG_MID]!, minute);
    data[MINUTE] = minute;
    data[LOG_MID] = logMid;
  }

  /** Yearly volatility, NaN before thirty returns. */
  get value(): number {
    return this.#data[COUNT]! >= RV_START ? annualVolatility(this.#data[VARIANCE]!) : Number.NaN;
  }

  /** Time of the newest return, −1 before the first. */
  get updatedMs(): number {
    return this.#data[UPDATED_MS]!;
  }

  #add(minuteReturn: number, minute: number): void {
    const data = this.#data;
    data[COUNT] = data[COUNT]! + 1;
    data[UPDATED_MS] = minute * 60_000;
    if (data[COUNT] > RV_START) {
      data[VARIANCE] = nextVariance(data[VARIANCE]!, minuteReturn);
      return;
    }
    data[SUM] = data[SUM]! + minuteReturn * minuteReturn;
    data[VARIANCE] = data[SUM] / data[COUNT];
  }
}
