import { Matrix, solve } from 'ml-matrix';
import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import type { ColumnMatrix } from '#shared/pool/models/column-matrix.ts';
import { trainHistGbt } from '#shared/pool/models/hist-gbt/train.ts';
import { prepareMatrices } from '#shared/pool/models/prepare-matrices.ts';
import { fitRidge } from '#shared/pool/models/ridge.ts';
import { goldenPanel } from './golden-build.ts';
import { measured } from './measured.ts';
import { syntheticMatrix } from './synthetic-matrix.ts';

/**
 * CPU time of the models on the golden training window (or on random data of its shape where that is not there): matrix, ridge
 * beside ml-matrix, trees. The first round includes compilation, as a build does; the best of the rest is the steady state.
 */
const ROUNDS = 5;

const { name, matrix, target } = await trainingData();
const params = shippedParams();
console.log(
  `${name}: ${matrix.rowCount} rows × ${matrix.columns.length} columns, ${params.trees} trees × ${params.max_leaves} leaves`,
);
const rounds = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(await oneRound());
const first = rounds[0]!;
print('first round', first);
print('best of the rest', bestOf(rounds.slice(1)));

type Round = Readonly<Record<'matrix' | 'ridge' | 'mlMatrix' | 'trees', number>>;

async function oneRound(): Promise<Round> {
  const prepared = await measured(() => prepareMatrices(matrix, matrix));
  const { train, ascending } = prepared.value;
  const ridge = await measured(() => fitRidge(train, target, 2));
  const mlMatrix = await measured(() => ridgeByMlMatrix(train, target, 2));
  if (!ridge.value.ok) throw new Error(ridge.value.error.message);
  const difference = Math.max(...mlMatrix.value.map((beta, j) => Math.abs(beta - coefficient(ridge.value, j))));
  if (!(difference < 1e-9)) throw new Error(`ml-matrix and our ridge differ by ${difference}`);
  const trees = await measured(() => trainHistGbt(train, ascending, target, params, 42));
  if (!trees.value.ok) throw new Error(trees.value.error.message);
  return { matrix: prepared.cpuMs, ridge: ridge.cpuMs, mlMatrix: mlMatrix.cpuMs, trees: trees.cpuMs };
}

function coefficient(ridge: ReturnType<typeof fitRidge>, j: number): number {
  return ridge.ok ? ridge.value.coefficients[j]! : Number.NaN;
}

/** The same regression through the library: standardised matrix, normal equations, its solver. */
function ridgeByMlMatrix({ columns }: ColumnMatrix, y: Float64Array, alpha: number): number[] {
  const x = new Matrix(columns.map((column) => Array.from(column))).transpose();
  const z = x.center('column').scale('column', { scale: x.standardDeviation('column', { unbiased: false }).map((s) => s || 1) });
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const centred = Matrix.columnVector(Array.from(y, (value) => value - mean));
  const transposed = z.transpose();
  return solve(transposed.mmul(z).add(Matrix.eye(z.columns).mul(alpha)), transposed.mmul(centred)).to1DArray();
}

function bestOf(list: readonly Round[]): Round {
  const least = (key: keyof Round): number => Math.min(...list.map((round) => round[key]));
  return { matrix: least('matrix'), ridge: least('ridge'), mlMatrix: least('mlMatrix'), trees: least('trees') };
}

function print(title: string, round: Round): void {
  const perRowTree = (round.trees * 1000) / (matrix.rowCount * params.trees);
  console.log(
    `${title.padEnd(17)} matrix ${ms(round.matrix)} · ridge ${ms(round.ridge)} (ml-matrix ${ms(round.mlMatrix)}) · ` +
      `trees ${ms(round.trees)} = ${perRowTree.toFixed(4)} ms per 1000 rows and tree`,
  );
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

function shippedParams() {
  const loaded = loadPoolParams('reference');
  if (!loaded.ok) throw new Error(loaded.error.map(({ message }) => message).join('; '));
  return loaded.value.params.hist_gbt;
}

async function trainingData(): Promise<{ name: string; matrix: ColumnMatrix; target: Float64Array }> {
  const golden = await goldenPanel('2026-10-31');
  if (golden === undefined) return { name: 'random data', ...syntheticMatrix(720, 33, 44) };
  const { rowCount, columns, values, target: y } = golden.panel.training;
  const views = columns.map((_, j) => values.subarray(j * rowCount, (j + 1) * rowCount));
  return { name: 'golden window', matrix: { features: columns, rowCount, columns: views }, target: y };
}
