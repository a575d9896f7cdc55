import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRowSorter } from '#shared/pool/models/row-sorter/row-sorter.ts';

/** The definition: rows with a number, ascending by value, −0 before 0, equal values by row. */
function sortedRows(values: Float64Array): number[] {
  const rows = [...values.keys()].filter((row) => !Number.isNaN(values[row]!));
  return rows.sort((a, b) => order(values[a]!, values[b]!) || a - b);
}

function order(a: number, b: number): number {
  if (a !== b) return a < b ? -1 : 1;
  return Number(Object.is(b, -0)) - Number(Object.is(a, -0));
}

const value = fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }), fc.constantFrom(Number.NaN, 0, -0, 5e-324, -1.5));

it('orders the rows of any column, one column after another', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float64Array({ maxLength: 60 }), { maxLength: 3 }),
      fc.array(value, { maxLength: 60 }),
      (many, mixed) => {
        const sort = createRowSorter(60);
        for (const column of [...many, Float64Array.from(mixed)]) expect([...sort(column)]).toEqual(sortedRows(column));
      },
    ),
    { numRuns: 1000 },
  );
});

it('orders long runs of numbers that differ in their lower bits only', () => {
  const lowerBits = fc.array(fc.nat({ max: 50 }), { minLength: 100, maxLength: 400 });
  fc.assert(
    fc.property(lowerBits, fc.constantFrom(1, -1), (bits, sign) => {
      const column = Float64Array.from(bits, (bit) => sign * (1 + bit * 2 ** -52));
      expect([...createRowSorter(400)(column)]).toEqual(sortedRows(column));
    }),
    { numRuns: 200 },
  );
});
