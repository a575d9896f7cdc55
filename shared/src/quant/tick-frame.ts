import { FrameCells } from './frame-cells.ts';
import type { FrameLayout } from './frame-layout.ts';

/** What a reader must know beside a number; bits of a slot's flags. */
export const FLAGS = { truncated: 1, low_variance: 2, gap: 4, frozen: 8 } as const;

/** Times and quality of a value: of one sample, or the worst of those it was computed from. */
export interface Provenance {
  readonly tsEvent: number;
  readonly tsRecv: number;
  readonly availableAt: number;
  readonly quality: number;
}

/**
 * Every value of one tick with its times and quality, one slot a metric; NaN stands for null and −1 for no time. Written by one tick and
 * only read after that, until its engine is told that nobody reads it any more.
 */
export class TickFrame {
  /** What the tick writes. */
  readonly cells: FrameCells;
  readonly #cellOf: Int32Array;
  readonly #sourceOf: Int32Array;

  constructor({ columns, cellOf, sourceOf }: FrameLayout) {
    this.cells = new FrameCells(columns);
    this.#cellOf = cellOf;
    this.#sourceOf = sourceOf;
  }

  get tickTs(): number {
    return this.cells.tickTs;
  }

  /** Bit i: instrument i of the symbol is in this aggregate. */
  members(slot: number): number {
    return this.cells.members(this.#cellOf[slot]!);
  }

  /** The value whatever its quality; NaN for null. */
  value(slot: number): number {
    return this.cells.value(this.#cellOf[slot]!);
  }

  /** The value when scores and aggregates may use it, else NaN. */
  usable(slot: number): number {
    return this.cells.usable(this.#cellOf[slot]!);
  }

  quality(slot: number): number {
    return this.cells.quality(this.#cellOf[slot]!);
  }

  flags(slot: number): number {
    return this.cells.flags(this.#cellOf[slot]!);
  }

  /** Time of the event, −1 for none. */
  tsEvent(slot: number): number {
    return this.cells.tsEvent(this.#sourceOf[slot]!) || -1;
  }

  provenance(slot: number): Provenance {
    const source = this.#sourceOf[slot]!;
    const tsRecv = this.cells.tsRecv(source) || -1;
    const availableAt = this.cells.availableAt(source) || -1;
    return { tsEvent: this.tsEvent(slot), tsRecv, availableAt, quality: this.quality(slot) };
  }
}
