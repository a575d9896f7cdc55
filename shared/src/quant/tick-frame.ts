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

const WIDTH = 4;
const VALUE = 0;
const TS_EVENT = 1;
const TS_RECV = 2;
const AVAILABLE_AT = 3;

/**
 * Every value of one tick with its times and quality, one slot a metric; NaN stands for null and −1 for no time. Written once by
 * the tick that made it and only read after that.
 */
export class TickFrame {
  readonly tickTs: number;
  readonly #numbers: Float64Array;
  readonly #qualities: Uint8Array;
  readonly #flags: Uint8Array;
  readonly #members: Uint32Array;
  /** Where the tick's own values come from. */
  readonly #own: Provenance;

  constructor(tickTs: number, slots: number) {
    this.tickTs = tickTs;
    this.#own = { tsEvent: tickTs, tsRecv: tickTs, availableAt: tickTs, quality: LIVE };
    this.#numbers = new Float64Array(WIDTH * slots);
    this.#qualities = new Uint8Array(slots).fill(MISSING);
    this.#flags = new Uint8Array(slots);
    this.#members = new Uint32Array(slots);
  }

  /** Writes a value; infinity is suspect, a missing one has no number. */
  put(slot: number, value: number, from: Provenance, flags = 0): void {
    const numbers = this.#numbers;
    const at = WIDTH * slot;
    const quality = from.quality;
    const infinite = value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
    numbers[at] = infinite || quality === MISSING ? Number.NaN : value;
    numbers[at + TS_EVENT] = from.tsEvent;
    numbers[at + TS_RECV] = from.tsRecv;
    numbers[at + AVAILABLE_AT] = from.availableAt;
    this.#qualities[slot] = infinite && quality < SUSPECT ? SUSPECT : quality;
    this.#flags[slot] = flags;
  }

  /** Writes a value of the tick itself: its time is the tick's. */
  putOwn(slot: number, value: number): void {
    this.put(slot, value, this.#own);
  }

  /** Writes a value computed from another slot's: same times and quality. */
  putLike(from: number, to: number, value: number): void {
    const numbers = this.#numbers;
    const at = WIDTH * to;
    const source = WIDTH * from;
    numbers[at] = finite(value);
    numbers[at + TS_EVENT] = numbers[source + TS_EVENT]!;
    numbers[at + TS_RECV] = numbers[source + TS_RECV]!;
    numbers[at + AVAILABLE_AT] = numbers[source + AVAILABLE_AT]!;
    this.#qualities[to] = this.#qualities[from]!;
  }

  /** Copies a slot with everything but its members. */
  copy(from: number, to: number): void {
    this.putLike(from, to, this.#numbers[WIDTH * from]!);
    this.#flags[to] = this.#flags[from]!;
  }

  /** Bit i: instrument i of the symbol is in this aggregate. */
  setMembers(slot: number, members: number): void {
    this.#members[slot] = members;
  }

  /** The value whatever its quality; NaN for null. */
  value(slot: number): number {
    const known = this.#qualities[slot] !== MISSING;
    return known ? this.#numbers[WIDTH * slot + VALUE]! : Number.NaN;
  }

  /** The value when scores and aggregates may use it, else NaN. */
  usable(slot: number): number {
    return isUsable(this.#qualities[slot]!) ? this.#numbers[WIDTH * slot + VALUE]! : Number.NaN;
  }

  quality(slot: number): number {
    return this.#qualities[slot]!;
  }

  flags(slot: number): number {
    return this.#flags[slot]!;
  }

  members(slot: number): number {
    return this.#members[slot]!;
  }

  /** Time of the event, −1 for none. */
  tsEvent(slot: number): number {
    return this.#numbers[WIDTH * slot + TS_EVENT]! || -1;
  }

  /** Widens where a value comes from by a slot: the oldest event, the latest availability and the worst quality count. */
  widen(from: Provenance, slot: number): void {
    const at = WIDTH * slot;
    const tsEvent = this.#numbers[at + TS_EVENT]!;
    const tsRecv = this.#numbers[at + TS_RECV]!;
    const availableAt = this.#numbers[at + AVAILABLE_AT]!;
    if (tsEvent < from.tsEvent) from.tsEvent = tsEvent;
    if (tsRecv > from.tsRecv) from.tsRecv = tsRecv;
    if (availableAt > from.availableAt) from.availableAt = availableAt;
    if (this.#qualities[slot]! > from.quality) from.quality = this.#qualities[slot]!;
  }

  provenance(slot: number): Provenance {
    const at = WIDTH * slot;
    return {
      tsEvent: this.tsEvent(slot),
      tsRecv: this.#numbers[at + TS_RECV]! || -1,
      availableAt: this.#numbers[at + AVAILABLE_AT]! || -1,
      quality: this.#qualities[slot]!,
    };
  }
}
