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

/** Bits of a set of members. */
const MOST_MEMBERS = 32;

const NOTHING = {
  value: Number.NaN,
  weight: 0,
  members: 0,
  tsEvent: -1,
  tsRecv: -1,
  availableAt: -1,
  quality: MISSING,
} satisfies Aggregate;

/**
 * Sums and open-interest-weighted means over the instruments of one symbol; unusable values are left out, never filled. There is
 * one answer, good until the next is asked for: a tick asks thousands of times.
 */
export class Aggregator {
  readonly #answer = { ...NOTHING };
  readonly #weights = new Float64Array(MOST_MEMBERS);
  #frame: TickFrame | undefined;
  #bases: readonly number[] = [];

  start(frame: TickFrame, instrumentBase: readonly number[]): void {
    this.#frame = frame;
    this.#bases = instrumentBase;
    for (let at = 0; at < instrumentBase.length; at++) this.#weights[at] = frame.usable(instrumentBase[at]! + I.oi_usd);
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
    const bases = this.#bases;
    const answer = this.#answer;
    let sum = 0;
    let weights = 0;
    let members = 0;
    answer.tsEvent = Number.MAX_SAFE_INTEGER;
    answer.tsRecv = -1;
    answer.availableAt = -1;
    answer.quality = LIVE;
    for (let at = 0; at < bases.length; at++) {
      const slot = bases[at]! + place;
      const value = frame.usable(slot);
      const weight = byOpenInterest ? this.#weights[at]! : 1;
      if (Number.isNaN(value) || Number.isNaN(weight)) continue;
      sum += weight * value;
      weights += weight;
      members |= 1 << at;
      frame.widen(answer, slot);
    }
    if (!(weights > 0)) return NOTHING;
    answer.value = byOpenInterest ? sum / weights : sum;
    answer.weight = weights;
    answer.members = members >>> 0;
    return answer;
  }
}
