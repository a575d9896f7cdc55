import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { ColumnMatrix } from '#shared/pool/models/column-matrix.ts';
import { fitRidge, predictRidge, ridgeTerm } from '#shared/pool/models/ridge.ts';

function matrix(columns: number[][]): ColumnMatrix {
  return {
    features: columns.map((_, j) => `x${j}`),
    rowCount: columns[0]!.length,
    columns: columns.map((c) => Float64Array.from(c)),
  };
}

function fitted(columns: number[][], target: number[], alpha: number) {
  const result = fitRidge(matrix(columns), Float64Array.from(target), alpha);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const P_09 = {
  columns: [
    [1, 2, 3, 4, 5],
    [10, 10, 40, 20, 30],
  ],
  target: [0.1, 0.4, 0.35, 0.8, 0.6],
};

describe('ridge', () => {
  it('gives vector P-09', () => {
    const model = fitted(P_09.columns, P_09.target, 2);
    expect(model.coefficients[0]).toBeCloseTo(0.1512168879308801, 14);
    expect(model.coefficients[1]).toBeCloseTo(-0.0226172866257391, 14);
    const scores = predictRidge(
      model,
      matrix([
        [2.5, 6],
        [15, 50],
      ]),
    );
    expect(scores[0]).toBeCloseTo(0.4101126708533432, 14);
    expect(scores[1]).toBeCloseTo(0.7164758034724787, 14);
  });

  it('solves the normal equations that ml-matrix solves', () => {
    const value = fc.double({ min: -100, max: 100, noNaN: true });
    const sample = fc
      .tuple(fc.integer({ min: 3, max: 30 }), fc.integer({ min: 1, max: 6 }))
      .chain(([rows, width]) =>
        fc.tuple(
          fc.array(fc.array(value, { minLength: rows, maxLength: rows }), { minLength: width, maxLength: width }),
          fc.array(value, { minLength: rows, maxLength: rows }),
        ),
      );
    fc.assert(
      fc.property(sample, ([columns, target]) => {
        const model = fitted(columns, target, 2);
        const z = new Matrix(columns.map((column, j) => column.map((x) => (x - model.means[j]!) / model.scales[j]!))).transpose();
        const centred = Matrix.columnVector(target.map((y) => y - model.intercept));
        const gram = z.transpose().mmul(z).add(Matrix.eye(columns.length).mul(2));
        const expected = solve(gram, z.transpose().mmul(centred)).to1DArray();
        for (let j = 0; j < expected.length; j++) expect(model.coefficients[j]).toBeCloseTo(expected[j]!, 8);
      }),
    );
  });

  it('gives a constant column no say', () => {
    const model = fitted([...P_09.columns, [7, 7, 7, 7, 7]], P_09.target, 2);
    expect(model.stds[2]).toBe(0);
    expect(model.scales[2]).toBe(1);
    expect(model.coefficients[2]).toBe(0);
  });

  it('adds up from its terms', () => {
    const model = fitted(P_09.columns, P_09.target, 2);
    const score = predictRidge(model, matrix([[9], [1]]))[0]!;
    expect(score).toBe(model.intercept + ridgeTerm(model, 0, 9) + ridgeTerm(model, 1, 1));
  });

  it('refuses numbers that overflow', () => {
    const result = fitRidge(matrix([[1e308, -1e308, 1e308]]), Float64Array.of(1, 2, 3), 2);
    expect(result).toMatchObject({ ok: false, error: { code: 'MODEL_FAILED' } });
  });
});
