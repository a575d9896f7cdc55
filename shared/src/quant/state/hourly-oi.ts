import { naturalLog } from '../../core/elementary.ts';
import { oiResidual } from '../metrics/oi-residual.ts';
import type { StateArena } from './state-arena.ts';

const HOUR = 0;
const LOG_OI = 1;
const LOG_PRICE = 2;
const RESIDUAL = 3;
const RESIDUAL_HOUR = 4;
const HEADER = 5;
const STRIDE = 3;

/** Hourly changes of ln(open interest, base) and ln(price), and what the first does that the second does not explain. */
export class HourlyOi {
  readonly #data: Float64Array;
  readonly #hours: number;

  /** Looks `hours` hours back from the current one. */
  constructor(arena: StateArena, hours: number) {
    this.#hours = hours;
    this.#data = arena.view(HEADER + STRIDE * (hours + 1), -1);
    this.#data[RESIDUAL] = Number.NaN;
  }

  /** Values at a full hour, NaN when there are none: changes from and to it are absent then. */
  onHour(hour: number, oiBase: number, price: number, minPoints: number): void {
    const data = this.#data;
    const logOi = naturalLog(oiBase);
    const logPrice = naturalLog(price);
    if (!(oiBase > 0 && price > 0)) return;
    if (data[HOUR] === hour - 1) this.#change(hour, logOi - data[LOG_OI]!, logPrice - data[LOG_PRICE]!, minPoints);
    data[HOUR] = hour;
    data[LOG_OI] = logOi;
    data[LOG_PRICE] = logPrice;
  }

  /** Residual of the newest hour that has one, a log change. */
  get residual(): number {
    return this.#data[RESIDUAL]!;
  }

  /** End of that hour, negative before the first. */
  get residualMs(): number {
    return this.#data[RESIDUAL_HOUR]! * 3_600_000;
  }

  #change(hour: number, oi: number, price: number, minPoints: number): void {
    const data = this.#data;
    const priceChanges: number[] = [];
    const oiChanges: number[] = [];
    for (let back = hour - this.#hours; back < hour; back++) {
      const at = this.#placeOf(back);
      if (data[at] !== back) continue;
      oiChanges.push(data[at + 1]!);
      priceChanges.push(data[at + 2]!);
    }
    data[RESIDUAL] = oiResidual(priceChanges, oiChanges, { price, oi }, minPoints);
    data[RESIDUAL_HOUR] = hour;
    data.set([hour, oi, price], this.#placeOf(hour));
  }

  #placeOf(hour: number): number {
    return HEADER + STRIDE * (((hour % (this.#hours + 1)) + this.#hours + 1) % (this.#hours + 1));
  }
}
