import { finite } from './finite.ts';
import { type FrameLayout, TICK_SOURCE } from './frame-layout.ts';
import { agedQuality, type Freshness, isUsable, LIVE, MISSING, SUSPECT } from './quality.ts';
import type { SampleTable } from './state/sample-table.ts';

/** What a reader must know beside a number; bits of a slot's flags. */
export const FLAGS = { truncated: 1, low_variance: 2, gap: 4, frozen: 8 } as const;

/** Times and quality of a value: of one sample, or the worst of those it was computed from. */
export interface Provenance {
  readonly tsEvent: number;
  readonly tsRecv: number;
  readonly availableAt: number;
  readonly quality: number;
}

const WIDTH = 3;
const TS_EVENT = 0;
const TS_RECV = 1;
const AVAILABLE_AT = 2;
const FLAGS_SHIFT = 8;
const QUALITY_MASK = 0xff;

/**
 * Every value of one tick, one slot a metric, with the times and quality of its source; NaN stands for null and −1 for no time. First
 * a source is stamped, then values of it are put. Written by one tick and only read after that, until its engine is told that
 * nobody reads it any more.
 */
export class TickFrame {
  tickTs = -1;
  readonly #values: Float64Array;
  /** Quality code, and flags above it. */
  readonly #marks: Uint16Array;
  readonly #members: Uint32Array;
  readonly #sourceOf: Int32Array;
  readonly #times: Float64Array;
  readonly #sourceQualities: Uint8Array;
  /** From here on a tick may leave slots and sources as they are. */
  readonly #firstOptional: number;
  readonly #firstOptionalSource: number;

  constructor({ slots, sources, sourceOf, firstSymbolSlot, firstSymbolSource }: FrameLayout) {
    this.#values = new Float64Array(slots);
    this.#marks = new Uint16Array(slots).fill(MISSING);
    this.#members = new Uint32Array(slots);
    this.#sourceOf = sourceOf;
    this.#times = new Float64Array(WIDTH * sources);
    this.#sourceQualities = new Uint8Array(sources).fill(MISSING);
    this.#firstOptional = firstSymbolSlot;
    this.#firstOptionalSource = firstSymbolSource;
  }

  /** Empties the frame for a tick: of what every tick writes again nothing needs to be emptied. */
  begin(tickTs: number): void {
    this.tickTs = tickTs;
    this.#marks.fill(MISSING, this.#firstOptional);
    this.#members.fill(0, this.#firstOptional);
    this.#times.fill(0, WIDTH * this.#firstOptionalSource);
    this.#sourceQualities.fill(MISSING, this.#firstOptionalSource);
    this.stamp(TICK_SOURCE, tickTs, tickTs, tickTs, LIVE);
  }

  stamp(source: number, tsEvent: number, tsRecv: number, availableAt: number, quality: number): void {
    const at = WIDTH * source;
    this.#times[at + TS_EVENT] = tsEvent;
    this.#times[at + TS_RECV] = tsRecv;
    this.#times[at + AVAILABLE_AT] = availableAt;
    this.#sourceQualities[source] = quality;
  }

  /** The source is a sample, judged by its age. */
  stampSample(source: number, samples: SampleTable, row: number, freshness: Freshness): void {
    const times = this.#times;
    const at = WIDTH * source;
    times[at + TS_EVENT] = samples.tsEvent(row);
    times[at + TS_RECV] = samples.tsRecv(row);
    times[at + AVAILABLE_AT] = samples.availableAt(row);
    this.#sourceQualities[source] = agedQuality(samples.quality(row), this.tickTs - samples.availableAt(row), freshness);
  }

  /** … and this sample: the oldest event, the latest availability and the worst quality count. */
  joinSample(source: number, samples: SampleTable, row: number, freshness: Freshness): void {
    const times = this.#times;
    const at = WIDTH * source;
    const availableAt = samples.availableAt(row);
    times[at + TS_EVENT] = Math.min(times[at + TS_EVENT]!, samples.tsEvent(row));
    times[at + TS_RECV] = Math.max(times[at + TS_RECV]!, samples.tsRecv(row));
    times[at + AVAILABLE_AT] = Math.max(times[at + AVAILABLE_AT]!, availableAt);
    this.worsen(source, agedQuality(samples.quality(row), this.tickTs - availableAt, freshness));
  }

  sourceEvent(source: number): number {
    return this.#times[WIDTH * source + TS_EVENT]!;
  }

  sourceRecv(source: number): number {
    return this.#times[WIDTH * source + TS_RECV]!;
  }

  sourceAvailable(source: number): number {
    return this.#times[WIDTH * source + AVAILABLE_AT]!;
  }

  /** The source was computed at a known time from a series of ours; negative for never. */
  stampTime(source: number, timeMs: number, freshness: Freshness): void {
    const quality = timeMs < 0 ? MISSING : agedQuality(LIVE, this.tickTs - timeMs, freshness);
    this.stamp(source, timeMs, timeMs, timeMs, quality);
  }

  stampLike(source: number, other: number): void {
    const times = this.#times;
    for (let i = 0; i < WIDTH; i++) times[WIDTH * source + i] = times[WIDTH * other + i]!;
    this.#sourceQualities[source] = this.#sourceQualities[other]!;
  }

  /** The source is at best of this quality. */
  worsen(source: number, quality: number): void {
    if (quality > this.#sourceQualities[source]!) this.#sourceQualities[source] = quality;
  }

  /** Quality of all values of a source. */
  sourceQuality(source: number): number {
    return this.#sourceQualities[source]!;
  }

  /** Writes a value of the quality of its source; infinity is suspect, a missing one has no number. */
  put(slot: number, value: number, quality: number, flags = 0): void {
    const isInfinite = value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
    this.#values[slot] = isInfinite || quality === MISSING ? Number.NaN : value;
    this.#marks[slot] = (isInfinite && quality < SUSPECT ? SUSPECT : quality) | (flags << FLAGS_SHIFT);
  }

  /** The same for a value over instruments. */
  putOf(slot: number, value: number, quality: number, members: number): void {
    this.put(slot, value, quality);
    this.#members[slot] = members;
  }

  /** Writes a value computed from another slot's, with which it shares quality and members. */
  putLike(from: number, to: number, value: number): void {
    this.#values[to] = finite(value);
    this.#marks[to] = this.#marks[from]! & QUALITY_MASK;
    this.#members[to] = this.#members[from]!;
  }

  /** Says again for a symbol what a slot of its instrument says. */
  copy(from: number, to: number, members: number): void {
    this.stampLike(this.#sourceOf[to]!, this.#sourceOf[from]!);
    this.putLike(from, to, this.#values[from]!);
    this.#marks[to] = this.#marks[from]!;
    this.#members[to] = members;
  }

  /** Bit i: instrument i of the symbol is in this aggregate. */
  members(slot: number): number {
    return this.#members[slot]!;
  }

  /** The value whatever its quality; NaN for null. */
  value(slot: number): number {
    return this.quality(slot) === MISSING ? Number.NaN : this.#values[slot]!;
  }

  /** The value when scores and aggregates may use it, else NaN. */
  usable(slot: number): number {
    return isUsable(this.quality(slot)) ? this.#values[slot]! : Number.NaN;
  }

  quality(slot: number): number {
    return this.#marks[slot]! & QUALITY_MASK;
  }

  flags(slot: number): number {
    return this.#marks[slot]! >> FLAGS_SHIFT;
  }

  /** Time of the event, −1 for none. */
  tsEvent(slot: number): number {
    return this.#times[WIDTH * this.#sourceOf[slot]! + TS_EVENT]! || -1;
  }

  tsRecv(slot: number): number {
    return this.#times[WIDTH * this.#sourceOf[slot]! + TS_RECV]! || -1;
  }

  availableAt(slot: number): number {
    return this.#times[WIDTH * this.#sourceOf[slot]! + AVAILABLE_AT]! || -1;
  }

  provenance(slot: number): Provenance {
    const [tsEvent, tsRecv, availableAt] = [this.tsEvent(slot), this.tsRecv(slot), this.availableAt(slot)];
    return { tsEvent, tsRecv, availableAt, quality: this.quality(slot) };
  }
}
