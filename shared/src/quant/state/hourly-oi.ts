import { naturalLog } from '../../core/elementary.ts';
import { oiLine, oiResidual } from '../metrics/oi-residual.ts';
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
 * explain. The line that explains it is of the hours before, and is drawn before its hour is over, some rows each tick.
 */
export class HourlyOi {
  /** Apart from the changes, since ticks read nothing else. */
  readonly #heads: Float64Array;
  readonly #changes: Float64Array;
  readonly #hours: number;
  /** Changes of the row at work. */
  readonly #prices: Float64Array;
  readonly #ois: Float64Array;
  readonly #arena: StateArena;
  /** Line of each row, and the hour that it is for. */
  readonly #slopes: Float64Array;
  readonly #intercepts: Float64Array;
  readonly #lineHours: Float64Array;
  /** Rows that have the line of the hour last prepared. */
  #ready = 0;
  #readyHour = -1;
  #epoch = 0;

  /** Looks `hours` hours back from the current one. */
  constructor(arena: StateArena, rows: number, hours: number) {
    this.#hours = hours;
    this.#prices = new Float64Array(hours);
    this.#ois = new Float64Array(hours);
    this.#arena = arena;
    this.#slopes = new Float64Array(rows);
    this.#intercepts = new Float64Array(rows);
    this.#lineHours = new Float64Array(rows).fill(-1);
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

  /** Draws lines for the hour to come once the last one is known: a share in [0, 1] of all rows. */
  prepareHour(hour: number, share: number, minPoints: number): void {
    this.#forgetAfterRestore();
    if (this.#readyHour !== hour) this.#ready = 0;
    const rows = this.#lineHours.length;
    const behind = Math.min(rows, this.#ready + Math.ceil(share * rows));
    for (let row = this.#ready; row < behind; row++) this.#drawLine(row, hour, minPoints);
    this.#ready = behind;
    this.#readyHour = hour;
  }

  #change(row: number, hour: number, oi: number, price: number, minPoints: number): void {
    this.#forgetAfterRestore();
    if (this.#lineHours[row] !== hour) this.#drawLine(row, hour, minPoints);
    const line = { slope: this.#slopes[row]!, intercept: this.#intercepts[row]! };
    this.#heads[HEAD * row + RESIDUAL] = oiResidual(line, { price, oi });
    this.#heads[HEAD * row + RESIDUAL_HOUR] = hour;
    this.#changes.set([hour, oi, price], this.#placeOf(row, hour));
    this.#lineHours[row] = -1;
  }

  /** The line through the changes of the hours before one. */
  #drawLine(row: number, hour: number, minPoints: number): void {
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
    const { slope, intercept } = oiLine(prices.subarray(0, count), ois.subarray(0, count), minPoints);
    this.#slopes[row] = slope;
    this.#intercepts[row] = intercept;
    this.#lineHours[row] = hour;
  }

  #forgetAfterRestore(): void {
    if (this.#epoch === this.#arena.epoch) return;
    this.#epoch = this.#arena.epoch;
    this.#lineHours.fill(-1);
    this.#readyHour = -1;
  }

  #placeOf(row: number, hour: number): number {
    const places = this.#hours + 1;
    return STRIDE * (row * places + (((hour % places) + places) % places));
  }
}
