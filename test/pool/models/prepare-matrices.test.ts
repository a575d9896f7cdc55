import { describe, expect, it } from 'vitest';
import type { ColumnMatrix } from '#shared/pool/models/column-matrix.ts';
import { prepareMatrices } from '#shared/pool/models/prepare-matrices.ts';

const nan = Number.NaN;

function matrix(...columns: number[][]): ColumnMatrix {
  return {
    features: columns.map((_, j) => `x${j}`),
    rowCount: columns[0]!.length,
    columns: columns.map((c) => Float64Array.from(c)),
  };
}

describe('prepareMatrices', () => {
  it('imputes training medians, vector P-10, in both matrices', () => {
    const train = matrix([1, nan, 4, 10], [nan, nan, nan, nan], [2, 4, 1, 3]);
    const prepared = prepareMatrices(train, matrix([nan, 7], [nan, 5], [Number.POSITIVE_INFINITY, 0]));
    expect([...prepared.medians]).toEqual([4, 0, 2.5]);
    expect(prepared.train.columns.map((c) => [...c])).toEqual([
      [1, 4, 4, 10],
      [0, 0, 0, 0],
      [2, 4, 1, 3],
    ]);
    expect(prepared.score.columns.map((c) => [...c])).toEqual([
      [4, 7],
      [0, 5],
      [2.5, 0],
    ]);
    expect(prepared.score.imputed.map((c) => [...c])).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
    expect(prepared.ascending.map((rows) => [...rows])).toEqual([
      [0, 2, 1, 3],
      [0, 1, 2, 3],
      [2, 0, 3, 1],
    ]);
  });

  it('leaves its input alone', () => {
    const train = matrix([1 / 3, nan]);
    prepareMatrices(train, train);
    expect([...train.columns[0]!]).toEqual([1 / 3, nan]);
  });

  it('rounds before it takes the median', () => {
    expect(prepareMatrices(matrix([1 / 3]), matrix([1 / 3])).medians[0]).toBe(0.333333333333);
  });
});
