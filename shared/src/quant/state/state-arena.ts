import { LivepoolError } from '../../core/errors.ts';

/**
 * The engine's whole memory: every window, sum and last sample is a column of numbers, taken in a fixed order. So the state can be
 * copied out and in as one block, and a tick allocates none of it.
 */
export class StateArena {
  /** Raised by `restore`: what was derived from the state before is no longer good. */
  epoch = 0;
  /** Fingerprint of the lengths of all columns in their order: memory of another shape means something else. */
  shape = 0x811c9dc5;
  readonly #columns: Float64Array[] = [];

  /** The next column of `length` numbers, filled. */
  take(length: number, fill = 0): Float64Array {
    this.shape = Math.imul(this.shape ^ length, 0x01000193) >>> 0;
    const column = new Float64Array(length).fill(fill);
    this.#columns.push(column);
    return column;
  }

  get bytes(): number {
    return this.#columns.reduce((sum, column) => sum + column.byteLength, 0);
  }

  /** A copy of everything. */
  snapshot(): Float64Array {
    const copy = new Float64Array(this.bytes / 8);
    let at = 0;
    for (const column of this.#columns) {
      copy.set(column, at);
      at += column.length;
    }
    return copy;
  }

  /** Puts a copy back; another layout is QUANT_STATE_FOREIGN. */
  restore(copy: Float64Array): void {
    if (copy.byteLength !== this.bytes) {
      throw new LivepoolError(
        'QUANT_STATE_FOREIGN',
        'terminal',
        `a stored engine state has ${copy.byteLength} bytes, this engine needs ${this.bytes}; start without it`,
      );
    }
    let at = 0;
    for (const column of this.#columns) {
      column.set(copy.subarray(at, at + column.length));
      at += column.length;
    }
    this.epoch += 1;
  }
}
