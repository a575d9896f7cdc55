import { shiftUnits } from './decimal-units.ts';
import type { BookMemory } from './kernel/book-memory.ts';

/**
 * Changed levels of one side of one message, in the order of the message. Prices and sizes are whole units of the instrument's
 * digits; size 0 deletes. Reused from message to message, so filling it allocates nothing once it is large enough.
 */
export class LevelList {
  prices: Float64Array;
  sizes: Float64Array;
  count = 0;
  /** The memory that both columns lie in, and the place of the prices there; the sizes lie a fixed distance behind. */
  memory: BookMemory | null = null;
  at = 0;

  constructor(capacity = 64) {
    this.prices = new Float64Array(capacity);
    this.sizes = new Float64Array(capacity);
  }

  push(price: number, size: number): void {
    this.reserve();
    this.prices[this.count] = price;
    this.sizes[this.count] = size;
    this.count += 1;
  }

  /** Lays the list into columns of a memory. */
  lieIn(memory: BookMemory, at: number, prices: Float64Array, sizes: Float64Array): void {
    this.prices = prices;
    this.sizes = sizes;
    this.memory = memory;
    this.at = at;
  }

  /** Makes room for one more level at `count`; a scanner then writes it in place. */
  reserve(): void {
    if (this.count < this.prices.length) return;
    this.memory = null;
    this.prices = grown(this.prices);
    this.sizes = grown(this.sizes);
  }

  /** Moves everything to other digits. False, half done, when a number no longer fits a safe integer. */
  rescale(priceFactor: number, sizeShift: number): boolean {
    for (let i = 0; i < this.count; i++) {
      this.prices[i] = this.prices[i]! * priceFactor;
      this.sizes[i] = shiftUnits(this.sizes[i]!, sizeShift);
      if (Math.max(this.prices[i]!, this.sizes[i]!) > Number.MAX_SAFE_INTEGER) return false;
    }
    return true;
  }

  copy(): LevelList {
    const copy = new LevelList(this.count);
    copy.prices.set(this.prices.subarray(0, this.count));
    copy.sizes.set(this.sizes.subarray(0, this.count));
    copy.count = this.count;
    return copy;
  }
}

function grown(values: Float64Array): Float64Array {
  const larger = new Float64Array(Math.max(16, values.length * 2));
  larger.set(values);
  return larger;
}
