import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#shared/core/seeded-random.ts';
import { MODEL_FEATURES } from '#shared/pool/features/feature-names.ts';
import type { ColumnMatrix } from '#shared/pool/models/column-matrix.ts';
import { pathContributions } from '#shared/pool/models/hist-gbt/path-contributions.ts';
import { predictHistGbt } from '#shared/pool/models/hist-gbt/predict.ts';
import type { HistGbtModel } from '#shared/pool/models/hist-gbt/regression-tree.ts';
import { sampleColumns } from '#shared/pool/models/hist-gbt/sample-columns.ts';
import type { HistGbtParams } from '#shared/pool/models/hist-gbt/train.ts';
import { trainHistGbt } from '#shared/pool/models/hist-gbt/train.ts';
import { prepareMatrices } from '#shared/pool/models/prepare-matrices.ts';
import { fitRidge, predictRidge } from '#shared/pool/models/ridge.ts';
import { bruteForceFit } from './brute-force-trees.ts';

const SPEC: HistGbtParams = {
  trees: 300,
  learning_rate: 0.05,
  max_leaves: 31,
  min_rows_leaf: 30,
  column_fraction: 0.75,
  max_bins: 255,
};

function matrix(columns: readonly (readonly number[])[], names?: readonly string[]): ColumnMatrix {
  return {
    features: names ?? columns.map((_, j) => `x${j}`),
    rowCount: columns[0]!.length,
    columns: columns.map((c) => Float64Array.from(c)),
  };
}

/** The matrix as the learner sees it. */
function rounded(columns: readonly (readonly number[])[]): ColumnMatrix {
  const input = matrix(columns);
  return prepareMatrices(input, input).train;
}

function train(
  columns: readonly (readonly number[])[],
  target: readonly number[],
  params: HistGbtParams,
  names?: readonly string[],
): HistGbtModel {
  const input = matrix(columns, names);
  const prepared = prepareMatrices(input, input);
  const result = trainHistGbt(prepared.train, prepared.ascending, Float64Array.from(target), params, 42);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function rSquared(target: readonly number[], fitted: Float64Array): number {
  const mean = target.reduce((a, b) => a + b, 0) / target.length;
  const squares = (values: readonly number[]) => values.reduce((a, b) => a + b * b, 0);
  return 1 - squares(target.map((y, i) => y - fitted[i]!)) / squares(target.map((y) => y - mean));
}

describe('vectors', () => {
  const i12 = Array.from({ length: 12 }, (_, i) => i);
  const a = i12.map((i) => i % 4);
  const b = i12.map((i) => ((7 * i) % 12) / 12);
  const y = i12.map((i) => ((5 * i) % 12) / 12);
  const small: HistGbtParams = {
    trees: 2,
    learning_rate: 0.5,
    max_leaves: 3,
    min_rows_leaf: 2,
    column_fraction: 1,
    max_bins: 255,
  };

  it('P-11: base, splits, leaf values and scores', () => {
    const model = train([a, b], y, small, ['a', 'b']);
    expect(model.base).toBeCloseTo(0.4583333333333333, 9);
    const [first, second] = model.trees;
    expect([...first!.feature]).toEqual([1, 0, -1, -1, -1]);
    expect(first!.edge[0]).toBeCloseTo(2 / 3, 11);
    expect(first!.edge[1]).toBe(1);
    // Leaf 0 stays left twice, leaf 1 is the root's right child, leaf 2 the right child of the second split.
    expect([3, 4, 2].map((node) => first!.mean[node])).toEqual([
      expect.closeTo(-0.125, 7),
      expect.closeTo(0.2083333, 7),
      expect.closeTo(-0.25, 7),
    ]);
    expect(second!.edge[0]).toBe(0.5);
    expect([3, 4, 2].map((node) => second!.mean[node])).toEqual([
      expect.closeTo(-0.0625, 7),
      expect.closeTo(0.2083333, 7),
      expect.closeTo(-0.1180556, 7),
    ]);
    const scores = predictHistGbt(
      model,
      matrix([
        [1.5, 3],
        [0.5, 0.9],
      ]),
    );
    expect(scores[0]).toBeCloseTo(0.503472222229, 11);
    expect(scores[1]).toBeCloseTo(0.274305555562, 11);
  });

  it('P-12: columns dropped for seed 42, tree 0', () => {
    const kept = sampleColumns(MODEL_FEATURES, 42, 0, 0.75);
    const dropped = MODEL_FEATURES.filter((_, j) => !kept.includes(j));
    expect(dropped.join(' ')).toBe(
      'roc120 rs20 price_vs_sma20 ma200_slope downside_volatility ulcer_index avg_quote_vol_30 avg_quote_vol_180 rolling_beta_to_btc btc_zscore_120 universe_momentum_dispersion',
    );
  });
});

/** Few distinct values make ties in the gain likely; many make the quantile edges matter. */
const samples = fc
  .record({
    rows: fc.integer({ min: 4, max: 60 }),
    width: fc.integer({ min: 1, max: 6 }),
    levels: fc.constantFrom(2, 3, 8, 1000),
  })
  .chain(({ rows, width, levels }) => {
    const level = fc.integer({ min: 0, max: levels }).map((k) => k / levels);
    const column = fc.array(level, { minLength: rows, maxLength: rows });
    return fc.record({
      columns: fc.array(column, { minLength: width, maxLength: width }),
      target: fc.oneof(column, fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: rows, maxLength: rows })),
      params: fc.record({
        trees: fc.integer({ min: 1, max: 4 }),
        learning_rate: fc.constantFrom(0.05, 0.5, 1),
        max_leaves: fc.integer({ min: 2, max: 9 }),
        min_rows_leaf: fc.integer({ min: 1, max: 6 }),
        column_fraction: fc.constantFrom(0.5, 0.75, 1),
        max_bins: fc.constantFrom(2, 5, 255),
      }),
    });
  });

/** Rows ordered by day, and some last columns that have one value a day. */
const samplesWithMarketColumns = fc
  .record({ days: fc.integer({ min: 1, max: 5 }), symbols: fc.integer({ min: 8, max: 12 }) })
  .chain(({ days, symbols }) => {
    const value = fc.integer({ min: 0, max: 4 }).map((k) => k / 4);
    const rows = days * symbols;
    const ofRow = fc.array(value, { minLength: rows, maxLength: rows });
    const ofDay = fc.array(value, { minLength: days, maxLength: days });
    return fc.record({
      columns: fc
        .tuple(fc.array(ofRow, { maxLength: 5 }), fc.array(ofDay, { minLength: 1, maxLength: 5 }))
        .map(([own, market]) => [...own, ...market.map((day) => day.flatMap((x) => Array.from({ length: symbols }, () => x)))]),
      target: ofRow,
      params: fc.record({
        trees: fc.integer({ min: 1, max: 4 }),
        learning_rate: fc.constantFrom(0.05, 0.5, 1),
        max_leaves: fc.integer({ min: 2, max: 9 }),
        min_rows_leaf: fc.integer({ min: 1, max: 6 }),
        column_fraction: fc.constantFrom(0.5, 0.75, 1),
        max_bins: fc.constantFrom(2, 255),
      }),
    });
  });

describe('trainHistGbt', () => {
  it.each([
    ['any columns', samples],
    ['market-wide columns', samplesWithMarketColumns],
  ])('finds what a brute-force search finds, bit for bit, on %s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, ({ columns, target, params }) => {
        fc.pre(Math.floor(params.column_fraction * columns.length + 0.5) > 0);
        const model = train(columns, target, params);
        const expected = bruteForceFit(
          rounded(columns).columns.map((column) => [...column]),
          target,
          params,
          42,
        );
        const fitted = predictHistGbt(model, matrix(columns.map((column) => column.map((x) => Number(x.toPrecision(12))))));
        expect(model.base).toBe(expected.base);
        expect([...fitted]).toEqual(expected.fitted);
      }),
      { numRuns: 400 },
    );
  });

  it('never raises the training loss from one tree to the next', () => {
    fc.assert(
      fc.property(samples, ({ columns, target, params }) => {
        fc.pre(Math.floor(params.column_fraction * columns.length + 0.5) > 0);
        const { losses } = bruteForceFit(columns, target, { ...params, trees: 6 }, 42);
        const model = train(columns, target, { ...params, trees: 6 });
        const own = model.trees.map((_, t) => {
          const fitted = predictHistGbt({ ...model, trees: model.trees.slice(0, t) }, rounded(columns));
          return target.reduce((total, y, i) => total + (y - fitted[i]!) ** 2, 0);
        });
        for (let t = 1; t < own.length; t++) expect(own[t]).toBeLessThanOrEqual(own[t - 1]! + 1e-8 * (1 + losses[0]!));
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same bits for shuffled rows and over repeats', () => {
    fc.assert(
      fc.property(samples, fc.integer(), ({ columns, target, params }, seed) => {
        fc.pre(Math.floor(params.column_fraction * columns.length + 0.5) > 0);
        const order = target.map((_, i) => i);
        const random = seededRandom(String(seed));
        for (let i = order.length - 1; i > 0; i--) {
          const j = random.nextInt(i + 1);
          [order[i], order[j]] = [order[j]!, order[i]!];
        }
        const model = train(columns, target, params);
        const shuffled = train(
          columns.map((column) => order.map((i) => column[i]!)),
          order.map((i) => target[i]!),
          params,
        );
        expect(shuffled).toEqual(model);
        expect(train(columns, target, params)).toEqual(model);
      }),
      { numRuns: 100 },
    );
  });

  it('explains each score by its paths', () => {
    fc.assert(
      fc.property(samples, ({ columns, target, params }) => {
        fc.pre(Math.floor(params.column_fraction * columns.length + 0.5) > 0);
        const input = matrix(columns);
        const model = train(columns, target, params);
        const scores = predictHistGbt(model, input);
        for (let row = 0; row < input.rowCount; row++) {
          const { base, contributions } = pathContributions(model, input, row);
          expect(contributions.reduce((total, part) => total + part, base)).toBeCloseTo(scores[row]!, 9);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a non-linear target', () => {
  const random = seededRandom('non-linear target');
  const rows = 3000;
  const columns = Array.from({ length: 4 }, () => Array.from({ length: rows }, () => random.next() * 2 - 1));
  const target = columns[0]!.map((x, i) => (x * columns[1]![i]! > 0 ? 1 : 0) + columns[2]![i]! ** 2);

  it('is learnt by the trees and not by ridge', () => {
    const input = matrix(columns);
    const ridge = fitRidge(input, Float64Array.from(target), 2);
    if (!ridge.ok) throw new Error(ridge.error.message);
    expect(rSquared(target, predictHistGbt(train(columns, target, SPEC), input))).toBeGreaterThanOrEqual(0.9);
    expect(rSquared(target, predictRidge(ridge.value, input))).toBeLessThan(0.5);
  });

  it('survives missing values, which become the median', () => {
    const holes = columns.map((column, j) => column.map((x, i) => ((i * 7 + j) % 10 === 0 ? Number.NaN : x)));
    const input = matrix(holes);
    const prepared = prepareMatrices(input, input);
    const result = trainHistGbt(prepared.train, prepared.ascending, Float64Array.from(target), SPEC, 42);
    if (!result.ok) throw new Error(result.error.message);
    const fitted = predictHistGbt(result.value, prepared.score);
    expect(fitted.every(Number.isFinite)).toBe(true);
    expect(rSquared(target, fitted)).toBeGreaterThan(0.6);
  });
});

describe('the exactness bound', () => {
  it.each([2 ** 20, Number.NaN, Number.POSITIVE_INFINITY])('refuses a target of %d', (value) => {
    const input = matrix([[1, 2, 3, 4]]);
    const prepared = prepareMatrices(input, input);
    const result = trainHistGbt(
      prepared.train,
      prepared.ascending,
      Float64Array.of(0, value, 0, 1),
      { ...SPEC, min_rows_leaf: 1 },
      42,
    );
    expect(result).toMatchObject({ ok: false, error: { code: 'MODEL_FAILED' } });
  });
});
