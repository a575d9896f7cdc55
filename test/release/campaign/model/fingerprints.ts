/** A set of byte strings of which only 63 bits each are kept: among ten million, a chance of 5 in a million that two are taken for one. */
export interface Fingerprints {
  /** True when the bytes were not there yet. */
  add(bytes: Uint8Array): boolean;
  size(): number;
}

export function fingerprints(): Fingerprints {
  let capacity = 1 << 16;
  let slots = new Uint32Array(capacity * 2);
  let size = 0;

  /** Index of the pair, or of the free slot where it belongs. */
  const find = (table: Uint32Array, mask: number, low: number, high: number): number => {
    let at = (low & mask) * 2;
    while ((table[at] !== 0 || table[at + 1] !== 0) && (table[at] !== low || table[at + 1] !== high))
      at = (at + 2) & (mask * 2 + 1);
    return at;
  };
  const grow = (): void => {
    const larger = new Uint32Array(capacity * 4);
    for (let at = 0; at < slots.length; at += 2) {
      if (slots[at] === 0 && slots[at + 1] === 0) continue;
      const place = find(larger, capacity * 2 - 1, slots[at]!, slots[at + 1]!);
      larger[place] = slots[at]!;
      larger[place + 1] = slots[at + 1]!;
    }
    slots = larger;
    capacity *= 2;
  };

  return {
    size: () => size,
    add: (bytes) => {
      let low = 0x811c9dc5;
      let high = 0x9e3779b9;
      for (let i = 0; i < bytes.length; i++) {
        low = Math.imul(low ^ bytes[i]!, 0x01000193);
        high = Math.imul((high ^ bytes[i]!) + 0x7f4a7c15, 0x85ebca6b);
        high ^= high >>> 13;
      }
      low = Math.imul(low ^ (low >>> 15), 0xc2b2ae35) >>> 0;
      // Both zero is the mark of a free slot.
      high = (high | 1) >>> 0;
      const at = find(slots, capacity - 1, low, high);
      if (slots[at + 1] !== 0) return false;
      slots[at] = low;
      slots[at + 1] = high;
      size += 1;
      if (size * 2 > capacity) grow();
      return true;
    },
  };
}
