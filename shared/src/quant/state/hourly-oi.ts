import { naturalLog } from '../../core/elementary.ts';
import { oiResidual } from '../metrics/oi-residual.ts';
import type { StateArena } from './state-arena.ts';

const HOUR = 0;
const LOG_OI = 1;
const LOG_PRICE = 2;
const RESIDUAL = 3;
const RESIDUAL_HOUR = 4;
const HEAD = 5;
const STRIDE = 3;

/**
 * Hourly changes of ln(open interest, base) and ln(price), one row a derivative, and what the first does that the second does not
 * explain.
 */
export class HourlyOi {
  /** Apart from the changes, since ticks read nothing else. */
  readonly #heads: Float64Array;
  readonly #changes: Float64Array;
  readonly #hours: number;
  /** Changes of the row at work. */
  readonly #prices: Float64Array;
  readonly #ois: Float64Array;

  /** Looks `hours` hours back from the current one. */
  constructor(arena: StateArena, rows: number, hours: number) {
    this.#hours = hours;
    this.#prices = new Float64Array(hours);
    this.#ois = new Float64Array(hours);
    this.#heads = arena.take(HEAD * rows, -1);
    this.#changes = arena.take(STRIDE * (hours + 1) * rows, -1);
    for (let row = 0; row < rows; row++) this.#heads[HEAD * row + RESIDUAL] = Number.NaN;
  }

  /** Values at a full hour, NaN when there are none: changes from and to it are absent then. */
  onHour(row: number, hour: number, oiBase: number, price: number, minPoints: number): void {
    if (!(oiBase > 0 && price > 0)) return;
    const heads = this.#heads;
    const head = HEAD * row;
    const logOi = naturalLog(oiBase);
    const logPrice = naturalLog(price);
    if (heads[head + HOUR] === hour - 1) {
      this.#change(row, hour, logOi - heads[head + LOG_OI]!, logPrice - heads[head + LOG_PRICE]!, minPoints);
    }
    heads[head + HOUR] = hour;
    heads[head + LOG_OI] = logOi;
    heads[head + LOG_PRICE] = logPrice;
  }

  /** Residual of the newest hour that has one, a log change. */
  residual(row: number): number {
    return this.#heads[HEAD * row + RESIDUAL]!;
  }

  /** End of that hour, negative before the first. */
  residualMs(row: number): number {
    return this.#heads[HEAD * row + RESIDUAL_HOUR]! * 3_600_000;
  }

  #change(row: number, hour: number, oi: number, price: number, minPoints: number): void {
    const changes = this.#changes;
    const [prices, ois] = [this.#prices, this.#ois];
    const behind = STRIDE * (row + 1) * (this.#hours + 1);
    let at = this.#placeOf(row, hour - this.#hours);
    let count = 0;
    for (let back = hour - this.#hours; back < hour; back++) {
      if (changes[at] === back) {
        ois[count] = changes[at + 1]!;
        prices[count] = changes[at + 2]!;
        count += 1;
      }
      at = at + STRIDE === behind ? behind - STRIDE * (this.#hours + 1) : at + STRIDE;
    }
    this.#heads[HEAD * row + RESIDUAL] = oiResidual(prices.subarray(0, count), ois.subarray(0, count), { price, oi }, minPoints);
    this.#heads[HEAD * row + RESIDUAL_HOUR] = hour;
    changes.set([hour, oi, price], this.#placeOf(row, hour));
  }

  #placeOf(row: number, hour: number): number {
    const places = this.#hours + 1;
    return STRIDE * (row * places + (((hour % places) + places) % places));
  }
}
