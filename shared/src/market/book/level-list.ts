import { shiftUnits } from './decimal-units.ts';

/**
 * Changed levels of one side of one message, in the order of the message. Prices and sizes are whole units of the instrument's
 * digits; size 0 deletes. Reused from message to message, so filling it allocates nothing once it is large enough.
 */
export class LevelList {
  prices: Float64Array;
  sizes: Float64Array;
  count = 0;

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

  /** Makes room for one more level at `count`; a scanner then writes it in place. */
  reserve(): void {
    if (this.count < this.prices.length) return;
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
