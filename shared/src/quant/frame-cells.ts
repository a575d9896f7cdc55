import { finite } from './finite.ts';
import { type FrameColumns, TICK_SOURCE } from './frame-layout.ts';
import { agedQuality, type Freshness, isUsable, LIVE, MISSING, SUSPECT } from './quality.ts';
import type { SampleTable } from './state/sample-table.ts';

/** Numbers of a source. */
const WIDTH = 3;
const TS_EVENT = 0;
const TS_RECV = 1;
const AVAILABLE_AT = 2;
const FLAGS_SHIFT = 8;
const QUALITY_MASK = 0xff;

/**
 * What a tick writes, column by column: the times and quality of sources first, then values of them. NaN stands for null and −1 for
 * no time; zero is a time never written.
 */
export class FrameCells {
  tickTs = -1;
  readonly #values: Float64Array;
  /** Quality code, and flags above it. */
  readonly #marks: Uint16Array;
  readonly #members: Uint32Array;
  readonly #times: Float64Array;
  readonly #sourceQualities: Uint8Array;
  /** From here on a tick may leave cells and sources as they are. */
  readonly #firstOptional: number;
  readonly #firstOptionalSource: number;

  constructor({ cells, sources, firstSymbolCell, firstSymbolSource }: FrameColumns) {
    this.#values = new Float64Array(cells);
    this.#marks = new Uint16Array(cells).fill(MISSING);
    this.#members = new Uint32Array(cells);
    this.#times = new Float64Array(WIDTH * sources);
    this.#sourceQualities = new Uint8Array(sources).fill(MISSING);
    this.#firstOptional = firstSymbolCell;
    this.#firstOptionalSource = firstSymbolSource;
  }

  /** Empties the cells for a tick: of what every tick writes again nothing needs to be emptied. */
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

  /** So many sources from `first` on are the samples of the rows, judged by their ages. */
  stampSamples(first: number, samples: SampleTable, count: number, freshness: Freshness): void {
    const times = this.#times;
    const qualities = this.#sourceQualities;
    const { tickTs } = this;
    for (let row = 0, at = WIDTH * first; row < count; row++, at += WIDTH) {
      const availableAt = samples.availableAt(row);
      times[at + TS_EVENT] = samples.tsEvent(row);
      times[at + TS_RECV] = samples.tsRecv(row);
      times[at + AVAILABLE_AT] = availableAt;
      qualities[first + row] = agedQuality(samples.quality(row), tickTs - availableAt, freshness);
    }
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

  /** … and what this source is: the oldest event, the latest availability and the worst quality count. */
  joinSource(source: number, other: number): void {
    const times = this.#times;
    const at = WIDTH * source;
    const from = WIDTH * other;
    times[at + TS_EVENT] = Math.min(times[at + TS_EVENT]!, times[from + TS_EVENT]!);
    times[at + TS_RECV] = Math.max(times[at + TS_RECV]!, times[from + TS_RECV]!);
    times[at + AVAILABLE_AT] = Math.max(times[at + AVAILABLE_AT]!, times[from + AVAILABLE_AT]!);
    this.worsen(source, this.#sourceQualities[other]!);
  }

  /** The source was computed at a known time from a series of ours; negative for never. */
  stampTime(source: number, timeMs: number, freshness: Freshness): void {
    const quality = timeMs < 0 ? MISSING : agedQuality(LIVE, this.tickTs - timeMs, freshness);
    this.stamp(source, timeMs, timeMs, timeMs, quality);
  }

  stampLike(source: number, other: number): void {
    const times = this.#times;
    const at = WIDTH * source;
    const from = WIDTH * other;
    times[at] = times[from]!;
    times[at + 1] = times[from + 1]!;
    times[at + 2] = times[from + 2]!;
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
  put(cell: number, value: number, quality: number, flags = 0): void {
    const isInfinite = value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
    this.#values[cell] = isInfinite || quality === MISSING ? Number.NaN : value;
    this.#marks[cell] = (isInfinite && quality < SUSPECT ? SUSPECT : quality) | (flags << FLAGS_SHIFT);
  }

  /** The same for a value over instruments. */
  putOf(cell: number, value: number, quality: number, members: number): void {
    this.put(cell, value, quality);
    this.#members[cell] = members;
  }

  /** Writes a value computed from another cell's, with which it shares quality and members. */
  putLike(from: number, to: number, value: number): void {
    this.#values[to] = finite(value);
    this.#marks[to] = this.#marks[from]! & QUALITY_MASK;
    this.#members[to] = this.#members[from]!;
  }

  /** Says again what another cell says. */
  copy(from: number, to: number, members: number): void {
    this.putLike(from, to, this.#values[from]!);
    this.#marks[to] = this.#marks[from]!;
    this.#members[to] = members;
  }

  /** Bit i: instrument i of the symbol is in this aggregate. */
  members(cell: number): number {
    return this.#members[cell]!;
  }

  /** The value whatever its quality; NaN for null. */
  value(cell: number): number {
    return this.quality(cell) === MISSING ? Number.NaN : this.#values[cell]!;
  }

  /** The value when scores and aggregates may use it, else NaN. */
  usable(cell: number): number {
    return isUsable(this.quality(cell)) ? this.#values[cell]! : Number.NaN;
  }

  quality(cell: number): number {
    return this.#marks[cell]! & QUALITY_MASK;
  }

  flags(cell: number): number {
    return this.#marks[cell]! >> FLAGS_SHIFT;
  }

  tsEvent(source: number): number {
    return this.#times[WIDTH * source + TS_EVENT]!;
  }

  tsRecv(source: number): number {
    return this.#times[WIDTH * source + TS_RECV]!;
  }

  availableAt(source: number): number {
    return this.#times[WIDTH * source + AVAILABLE_AT]!;
  }
}
