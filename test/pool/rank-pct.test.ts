import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankPct, writeDescendingRank, writeRankPct } from '#shared/pool/rank-pct.ts';

const values = fc
  .array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Number.NaN)), { maxLength: 40 })
  .map((list) => Float64Array.from(list));

describe('rankPct', () => {
  it('gives vector P-01', () => {
    expect([...rankPct(Float64Array.of(3, 1, 3, Number.NaN, 2))]).toEqual([0.875, 0.25, 0.875, Number.NaN, 0.5]);
    expect([...rankPct(Float64Array.of(7))]).toEqual([1]);
  });

  it('touches only the rows that are listed', () => {
    const out = new Float64Array(4).fill(-1);
    writeRankPct(Float64Array.of(9, 1, 2, 9), [2, 1], out);
    expect([...out]).toEqual([-1, 0.5, 1, -1]);
  });

  it('equals the definition by counting', () => {
    fc.assert(
      fc.property(values, (column) => {
        const present = column.filter((value) => !Number.isNaN(value));
        const expected = Array.from(column, (value) => {
          if (Number.isNaN(value)) return Number.NaN;
          const below = present.filter((other) => other < value).length;
          const equal = present.filter((other) => other === value).length;
          return (below + (equal + 1) / 2) / present.length;
        });
        expect([...rankPct(column)]).toEqual(expected);
      }),
    );
  });
});

describe('writeDescendingRank', () => {
  it('ranks the largest first and breaks ties by listed order', () => {
    const out = new Float64Array(5).fill(-1);
    writeDescendingRank(Float64Array.of(1, 5, Number.NaN, 5, 9), [3, 2, 1, 0], out);
    expect([...out]).toEqual([3, 2, Number.NaN, 1, -1]);
  });
});
