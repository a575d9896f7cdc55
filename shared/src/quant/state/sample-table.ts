import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import { finite } from '../finite.ts';
import { MISSING, SUSPECT, sourceCode } from '../quality.ts';
import type { StateArena } from './state-arena.ts';

const TS_EVENT = 0;
const TS_RECV = 1;
const AVAILABLE_AT = 2;
const QUALITY = 3;
const HEADER = 4;

/** The newest values of one kind with their times, one row an instrument; NaN where the source had none. */
export class SampleTable {
  readonly #data: Float64Array;
  readonly #width: number;

  constructor(arena: StateArena, rows: number, values: number) {
    this.#width = HEADER + values;
    this.#data = arena.take(rows * this.#width, Number.NaN);
    for (let at = 0; at < this.#data.length; at += this.#width) {
      this.#data.fill(-1, at, at + QUALITY);
      this.#data[at + QUALITY] = MISSING;
    }
  }

  tsEvent(row: number): number {
    return this.#data[row * this.#width + TS_EVENT]!;
  }

  tsRecv(row: number): number {
    return this.#data[row * this.#width + TS_RECV]!;
  }

  availableAt(row: number): number {
    return this.#data[row * this.#width + AVAILABLE_AT]!;
  }

  /** Quality code as the source gave it. */
  quality(row: number): number {
    return this.#data[row * this.#width + QUALITY]! | 0;
  }

  value(row: number, index: number): number {
    return this.#data[row * this.#width + HEADER + index]!;
  }

  /** Makes room for the values of a newer event, or of a correction of the same one; false for an older one, which is ignored. */
  takes(row: number, event: MarketEvent): boolean {
    const at = row * this.#width;
    const known = this.#data[at + TS_EVENT]!;
    const older = event.ts_event < known || (event.ts_event === known && event.available_at < this.#data[at + AVAILABLE_AT]!);
    return older ? false : this.#begin(at, event);
  }

  /** The same for a stream whose order is that of its arrival, whatever the clocks say. */
  takesNext(row: number, event: MarketEvent): boolean {
    const at = row * this.#width;
    return event.available_at < this.#data[at + AVAILABLE_AT]! ? false : this.#begin(at, event);
  }

  /** A number of the event just taken; one that is no number makes the sample suspect. */
  set(row: number, index: number, value: number | null): void {
    if (value !== null && value - value !== 0) this.degrade(row, SUSPECT);
    this.#data[row * this.#width + HEADER + index] = value === null ? Number.NaN : finite(value);
  }

  /** A check of ours failed, or there is nothing any more. */
  degrade(row: number, quality: number): void {
    const at = row * this.#width + QUALITY;
    this.#data[at] = Math.max(this.#data[at]!, quality);
  }

  #begin(at: number, event: MarketEvent): true {
    const data = this.#data;
    data[at + TS_EVENT] = event.ts_event;
    data[at + TS_RECV] = event.ts_recv;
    data[at + AVAILABLE_AT] = event.available_at;
    data[at + QUALITY] = sourceCode(event.quality);
    return true;
  }
}
