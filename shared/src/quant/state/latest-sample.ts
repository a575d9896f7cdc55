import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import { finite } from '../finite.ts';
import { MISSING, SUSPECT, sourceCode } from '../quality.ts';
import type { StateArena } from './state-arena.ts';

const TS_EVENT = 0;
const TS_RECV = 1;
const AVAILABLE_AT = 2;
const QUALITY = 3;
const HEADER = 4;

/** The newest values of one kind with their times; NaN where the source had none. */
export class LatestSample {
  readonly #data: Float64Array;
  readonly #at: number;

  constructor(arena: StateArena, values: number) {
    const { data, at } = arena.take(HEADER + values, Number.NaN);
    this.#data = data;
    this.#at = at;
    data.fill(-1, at, at + QUALITY);
    data[at + QUALITY] = MISSING;
  }

  get tsEvent(): number {
    return this.#data[this.#at + TS_EVENT]!;
  }

  get tsRecv(): number {
    return this.#data[this.#at + TS_RECV]!;
  }

  get availableAt(): number {
    return this.#data[this.#at + AVAILABLE_AT]!;
  }

  /** Quality code as the source gave it. */
  get quality(): number {
    return this.#data[this.#at + QUALITY]!;
  }

  /** Makes room for the values of a newer event, or of a correction of the same one; false for an older one, which is ignored. */
  takes(event: MarketEvent): boolean {
    const known = this.#data[this.#at + TS_EVENT]!;
    const older =
      event.ts_event < known || (event.ts_event === known && event.available_at < this.#data[this.#at + AVAILABLE_AT]!);
    return older ? false : this.#begin(event);
  }

  /** The same for a stream whose order is that of its arrival, whatever the clocks say. */
  takesNext(event: MarketEvent): boolean {
    return event.available_at < this.#data[this.#at + AVAILABLE_AT]! ? false : this.#begin(event);
  }

  /** A number of the event just taken; one that is no number makes the sample suspect. */
  set(index: number, value: number | null): void {
    if (value !== null && value - value !== 0)
      this.#data[this.#at + QUALITY] = Math.max(this.#data[this.#at + QUALITY]!, SUSPECT);
    this.#data[this.#at + HEADER + index] = value === null ? Number.NaN : finite(value);
  }

  value(index: number): number {
    return this.#data[this.#at + HEADER + index]!;
  }

  /** A check of ours failed, or there is nothing any more. */
  degrade(quality: number): void {
    this.#data[this.#at + QUALITY] = Math.max(this.#data[this.#at + QUALITY]!, quality);
  }

  #begin(event: MarketEvent): true {
    const data = this.#data;
    const at = this.#at;
    data[at + TS_EVENT] = event.ts_event;
    data[at + TS_RECV] = event.ts_recv;
    data[at + AVAILABLE_AT] = event.available_at;
    data[at + QUALITY] = sourceCode(event.quality);
    return true;
  }
}
