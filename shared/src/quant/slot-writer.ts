import { agedQuality, CONVERTED, type Freshness, MISSING, SUSPECT } from './quality.ts';
import type { Provenance, TickFrame } from './tick-frame.ts';

/** Writes the values of one block of a frame: `of` says what a value comes from, `put` writes it. One instance serves a whole tick. */
export class SlotWriter {
  frame: TickFrame;
  /** First slot of the block. */
  base = 0;
  readonly #freshness: readonly Freshness[];
  readonly #from: Provenance = { tsEvent: -1, tsRecv: -1, availableAt: -1, quality: MISSING };

  constructor(frame: TickFrame, freshness: readonly Freshness[]) {
    this.frame = frame;
    this.#freshness = freshness;
  }

  /** The next value comes from this sample, judged by the age rules of the metric at `place`. */
  of(sample: Provenance, place: number): this {
    const from = this.#from;
    from.tsEvent = sample.tsEvent;
    from.tsRecv = sample.tsRecv;
    from.availableAt = sample.availableAt;
    from.quality = this.#judge(sample, place);
    return this;
  }

  /** … and from this one: the oldest event, the latest availability and the worst quality count. */
  and(sample: Provenance, place: number): this {
    const from = this.#from;
    from.tsEvent = Math.min(from.tsEvent, sample.tsEvent);
    from.tsRecv = Math.max(from.tsRecv, sample.tsRecv);
    from.availableAt = Math.max(from.availableAt, sample.availableAt);
    from.quality = Math.max(from.quality, this.#judge(sample, place));
    return this;
  }

  /** … through a conversion of currency or unit. */
  converted(): this {
    this.#from.quality = Math.max(this.#from.quality, CONVERTED);
    return this;
  }

  suspect(): this {
    this.#from.quality = Math.max(this.#from.quality, SUSPECT);
    return this;
  }

  /** Computed at a known time from a series of ours. */
  at(timeMs: number, place: number): this {
    const from = this.#from;
    from.tsEvent = timeMs;
    from.tsRecv = timeMs;
    from.availableAt = timeMs;
    from.quality = timeMs < 0 ? MISSING : agedQuality(0, this.frame.tickTs - timeMs, this.#freshness[place]!);
    return this;
  }

  put(place: number, value: number, flags = 0): this {
    this.frame.put(this.base + place, value, this.#from, flags);
    return this;
  }

  /** Value at a place of this block when scores may use it, else NaN. */
  usable(place: number): number {
    return this.frame.usable(this.base + place);
  }

  #judge(sample: Provenance, place: number): number {
    return agedQuality(sample.quality, this.frame.tickTs - sample.availableAt, this.#freshness[place]!);
  }
}
