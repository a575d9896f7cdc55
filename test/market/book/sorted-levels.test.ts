import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedLevels } from '#shared/market/book/sorted-levels.ts';

const change = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 2 }));

it('sorted levels are the map that they stand for', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 300 }), fc.constantFrom(1, 1000), (changes, apart) => {
      const levels = new SortedLevels();
      const map = new Map<number, number>();
      for (const [price, size] of changes) {
        const key = price * apart;
        expect(levels.put(key, size)).toBe(map.get(key) ?? 0);
        if (size === 0) map.delete(key);
        else map.set(key, size);
        const sorted = [...map].sort((a, b) => b[0] - a[0]);
        const found: [number, number][] = [];
        for (let at = levels.placeBelow(Number.MAX_SAFE_INTEGER); at >= 0; at = levels.placeBelow(at)) {
          found.push([levels.keyAt(at), levels.sizeAt(at)]);
        }
        expect(found).toEqual(sorted);
        expect([levels.length, levels.sizeOf(key)]).toEqual([map.size, size]);
        expect([levels.highestKey, levels.lowestKey]).toEqual([sorted[0]?.[0] ?? Number.NaN, sorted.at(-1)?.[0] ?? Number.NaN]);
      }
    }),
  );
});
