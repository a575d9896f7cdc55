import { INSTRUMENT_PLACE as I } from './dictionary.ts';
import { LIVE, MISSING } from './quality.ts';
import type { Provenance, TickFrame } from './tick-frame.ts';

/** A figure over the venues of a symbol. */
export interface Aggregate extends Provenance {
  /** NaN when no venue had a usable value. */
  readonly value: number;
  /** Σ of the weights that are in it. */
  readonly weight: number;
  /** Bit i: instrument i is in it. */
  readonly members: number;
}

/** Sums and open-interest-weighted means over the instruments of one symbol; unusable values are left out, never filled. */
export class Aggregator {
  #frame: TickFrame | undefined;
  #bases: readonly number[] = [];

  start(frame: TickFrame, instrumentBase: readonly number[]): void {
    this.#frame = frame;
    this.#bases = instrumentBase;
  }

  /** Σ of a metric. */
  total(place: number): Aggregate {
    return this.#over(place, false);
  }

  /** Mean of a metric weighted by one-sided open interest in USD, over the venues that have both. */
  weighted(place: number): Aggregate {
    return this.#over(place, true);
  }

  #over(place: number, byOpenInterest: boolean): Aggregate {
    const frame = this.#frame!;
    const result = {
      value: 0,
      weight: 0,
      members: 0,
      tsEvent: Number.MAX_SAFE_INTEGER,
      tsRecv: -1,
      availableAt: -1,
      quality: LIVE,
    };
    for (let at = 0; at < this.#bases.length; at++) {
      const slot = this.#bases[at]! + place;
      const value = frame.usable(slot);
      const weight = byOpenInterest ? frame.usable(this.#bases[at]! + I.oi_usd) : 1;
      if (Number.isNaN(value) || Number.isNaN(weight)) continue;
      result.value += weight * value;
      result.weight += weight;
      result.members += 2 ** at;
      frame.widen(result, slot);
    }
    if (!(result.weight > 0)) return NOTHING;
    if (byOpenInterest) result.value /= result.weight;
    return result;
  }
}

const NOTHING: Aggregate = {
  value: Number.NaN,
  weight: 0,
  members: 0,
  tsEvent: -1,
  tsRecv: -1,
  availableAt: -1,
  quality: MISSING,
};
