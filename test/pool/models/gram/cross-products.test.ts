import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crossProducts } from '#shared/pool/models/gram/cross-products.ts';

/** The definition: four interleaved sums per 1,024 rows that carry on, the rows of an incomplete four going to the first. */
function productSum(a: readonly number[], b: readonly number[]): number {
  const sums: [number, number, number, number] = [0, 0, 0, 0];
  const whole = a.length - (a.length % 4);
  a.forEach((value, row) => {
    sums[row < whole ? ((row % 4) as 0 | 1 | 2 | 3) : 0] += value * b[row]!;
  });
  return sums[0] + sums[1] + (sums[2] + sums[3]);
}

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const table = fc
  .record({ rows: fc.constantFrom(1, 3, 4, 7, 1023, 1024, 1025, 2051), columns: fc.integer({ min: 1, max: 5 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      seeds: fc.array(fc.array(number, { minLength: 7, maxLength: 7 }), { minLength: columns, maxLength: columns }),
      rows: fc.constant(rows),
      centre: number,
      scale: fc.double({ min: 0.1, max: 100, noNaN: true }),
    }),
  );

it('sums the products of every pair in a fixed order', () => {
  fc.assert(
    fc.property(table, ({ seeds, rows, centre, scale }) => {
      const columns = seeds.map((seed) => Float64Array.from({ length: rows }, (_, i) => seed[i % 7]! * (1 + i / 64)));
      const product = crossProducts(columns.map((values) => ({ values, centre, scale })));
      const z = columns.map((values) => Array.from(values, (value) => (value - centre) / scale));
      for (let i = 0; i < z.length; i++) for (let j = 0; j <= i; j++) expect(product(i, j)).toBe(productSum(z[i]!, z[j]!));
    }),
    { numRuns: 60 },
  );
});

it('has no products without rows', () => {
  expect(crossProducts([{ values: new Float64Array(), centre: 0, scale: 1 }])(0, 0)).toBe(0);
});
