import { LivepoolError } from '../../core/errors.ts';

const SLAB = 131_072;
/** Longer pieces are windows of which a tick looks at a few numbers; they lie apart, so that the short ones stay close together. */
const LONGEST_NEAR = 128;

/** Numbers of one owner: `data[at]` and those after it. The column is shared with other owners. */
export interface ArenaPiece {
  readonly data: Float64Array;
  readonly at: number;
}

/**
 * Where the engine's whole memory lies: every window, sum and last sample is a piece of a few large columns, taken in a fixed
 * order. So the state can be copied out and in as one block, and a tick allocates none of it.
 */
export class StateArena {
  /** Raised by `restore`: what was derived from the state before is no longer good. */
  epoch = 0;
  /** Fingerprint of the lengths of all pieces in their order: memory of another shape means something else. */
  shape = 0x811c9dc5;
  readonly #near = new SlabChain();
  readonly #far = new SlabChain();

  /** The next piece of `length` numbers, filled. Short neighbours in time of taking are neighbours in memory. */
  take(length: number, fill = 0): ArenaPiece {
    this.shape = Math.imul(this.shape ^ length, 0x01000193) >>> 0;
    return (length <= LONGEST_NEAR ? this.#near : this.#far).take(length, fill);
  }

  /** The same as a view of its own. */
  view(length: number, fill = 0): Float64Array {
    const { data, at } = this.take(length, fill);
    return data.subarray(at, at + length);
  }

  get bytes(): number {
    return this.#slabs().reduce((sum, slab) => sum + slab.byteLength, 0);
  }

  /** A copy of everything. */
  snapshot(): Float64Array {
    const copy = new Float64Array(this.bytes / 8);
    let at = 0;
    for (const slab of this.#slabs()) {
      copy.set(slab, at);
      at += slab.length;
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
    for (const slab of this.#slabs()) {
      slab.set(copy.subarray(at, at + slab.length));
      at += slab.length;
    }
    this.epoch += 1;
  }

  #slabs(): readonly Float64Array[] {
    return [...this.#near.slabs, ...this.#far.slabs];
  }
}

class SlabChain {
  readonly slabs: Float64Array[] = [];
  #used = 0;

  take(length: number, fill: number): ArenaPiece {
    if (this.#used + length > (this.slabs.at(-1)?.length ?? -1)) {
      this.slabs.push(new Float64Array(Math.max(SLAB, length)));
      this.#used = 0;
    }
    const piece = { data: this.slabs.at(-1)!, at: this.#used };
    this.#used += length;
    piece.data.fill(fill, piece.at, this.#used);
    return piece;
  }
}
