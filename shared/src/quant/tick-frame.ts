import { finite } from './finite.ts';
import { isUsable, LIVE, MISSING, SUSPECT } from './quality.ts';

/** What a reader must know beside a number; bits of a slot's flags. */
export const FLAGS = { truncated: 1, low_variance: 2, gap: 4, frozen: 8 } as const;

/** Times and quality of a value: of one sample, or the worst of those it was computed from. */
export interface Provenance {
  tsEvent: number;
  tsRecv: number;
  availableAt: number;
  quality: number;
}

/**
 * Every value of one tick in columns, one slot a metric; NaN stands for null and −1 for no time. Written once by the tick that
 * made it and only read after that.
 */
export class TickFrame {
  readonly tickTs: number;
  readonly value: Float64Array;
  readonly tsEvent: Float64Array;
  readonly tsRecv: Float64Array;
  readonly availableAt: Float64Array;
  readonly quality: Uint8Array;
  readonly flags: Uint8Array;
  /** Bit i: instrument i of the symbol is in an aggregate. */
  readonly members: Uint32Array;

  constructor(tickTs: number, slots: number) {
    this.tickTs = tickTs;
    const columns = new Float64Array(4 * slots);
    this.value = columns.subarray(0, slots).fill(Number.NaN);
    this.tsEvent = columns.subarray(slots, 2 * slots).fill(-1);
    this.tsRecv = columns.subarray(2 * slots, 3 * slots).fill(-1);
    this.availableAt = columns.subarray(3 * slots).fill(-1);
    this.quality = new Uint8Array(slots).fill(MISSING);
    this.flags = new Uint8Array(slots);
    this.members = new Uint32Array(slots);
  }

  /** Writes a value; infinity is suspect, a missing one has no number. */
  put(slot: number, value: number, from: Provenance, flags = 0): void {
    const infinite = value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
    this.value[slot] = from.quality === MISSING ? Number.NaN : finite(value);
    this.tsEvent[slot] = from.tsEvent;
    this.tsRecv[slot] = from.tsRecv;
    this.availableAt[slot] = from.availableAt;
    this.quality[slot] = infinite ? Math.max(from.quality, SUSPECT) : from.quality;
    this.flags[slot] = flags;
  }

  /** Writes a value of the tick itself: its time is the tick's. */
  putOwn(slot: number, value: number): void {
    this.put(slot, value, { tsEvent: this.tickTs, tsRecv: this.tickTs, availableAt: this.tickTs, quality: LIVE });
  }

  /** The value when scores and aggregates may use it, else NaN. */
  usable(slot: number): number {
    return isUsable(this.quality[slot]!) ? this.value[slot]! : Number.NaN;
  }
}
