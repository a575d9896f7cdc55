import { naturalLog } from '../../core/elementary.ts';
import { annualVolatility, nextVariance, RV_START } from '../metrics/volatility.ts';
import type { StateArena } from './state-arena.ts';

const MINUTE = 0;
const LOG_MID = 1;
const COUNT = 2;
const SUM = 3;
const VARIANCE = 4;
const UPDATED_MS = 5;
const WIDTH = 6;

/** Exponentially weighted variance of one-minute log returns of mid, one row an instrument (quant spec §3.3 `rv_1m`). */
export class MinuteVolatilities {
  readonly #data: Float64Array;

  constructor(arena: StateArena, rows: number) {
    this.#data = arena.take(WIDTH * rows);
    for (let at = 0; at < this.#data.length; at += WIDTH) {
      this.#data[at + MINUTE] = -2;
      this.#data[at + UPDATED_MS] = -1;
    }
  }

  /** Mid at a full minute, NaN when there was none: the return across it is dropped then. */
  onMinute(row: number, minute: number, mid: number): void {
    if (!(mid > 0)) return;
    const data = this.#data;
    const at = WIDTH * row;
    const logMid = naturalLog(mid);
    if (data[at + MINUTE] === minute - 1) this.#add(at, logMid - data[at + LOG_MID]!, minute);
    data[at + MINUTE] = minute;
    data[at + LOG_MID] = logMid;
  }

  /** Yearly volatility, NaN before thirty returns. */
  value(row: number): number {
    const at = WIDTH * row;
    return this.#data[at + COUNT]! >= RV_START ? annualVolatility(this.#data[at + VARIANCE]!) : Number.NaN;
  }

  /** Time of the newest return, −1 before the first. */
  updatedMs(row: number): number {
    return this.#data[WIDTH * row + UPDATED_MS]!;
  }

  #add(at: number, minuteReturn: number, minute: number): void {
    const data = this.#data;
    const count = data[at + COUNT]! + 1;
    data[at + COUNT] = count;
    data[at + UPDATED_MS] = minute * 60_000;
    if (count > RV_START) {
      data[at + VARIANCE] = nextVariance(data[at + VARIANCE]!, minuteReturn);
      return;
    }
    data[at + SUM] = data[at + SUM]! + minuteReturn * minuteReturn;
    data[at + VARIANCE] = data[at + SUM]! / count;
  }
}
