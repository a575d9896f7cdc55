import type { FeatureSink } from './feature-pass.ts';
import { CROSS_SECTIONAL_FEATURES, DATE_FEATURES, type DateFeature, MODEL_FEATURES } from './features/feature-names.ts';
import type { MemberGrid } from './member-grid.ts';
import type { FeatureMatrix, MarketContext } from './panel.ts';

/** A model matrix under construction: the sink fills the cross-sectional columns, `writeDateFeatures` the other eight. */
export interface MatrixBuilder {
  readonly matrix: FeatureMatrix;
  readonly sink: FeatureSink;
}

/** Matrix over the listed rows of the member grid, which are ascending and so in (day, symbol) order. */
export function matrixBuilder(grid: MemberGrid, gridRows: Int32Array): MatrixBuilder {
  const rowCount = gridRows.length;
  const matrix: FeatureMatrix = {
    rowCount,
    columns: MODEL_FEATURES,
    values: new Float64Array(rowCount * MODEL_FEATURES.length),
    day: gridRows.map((row) => grid.day[row]!),
    symbol: gridRows.map((row) => grid.symbol[row]!),
  };
  const matrixRow = new Int32Array(grid.rowCount).fill(-1);
  for (let k = 0; k < rowCount; k++) matrixRow[gridRows[k]!] = k;
  const sink: FeatureSink = {
    columns: CROSS_SECTIONAL_FEATURES.map((name, j) => [name, matrixColumn(matrix, j)] as const),
    gridRowOf: grid.rowOf,
    firstGridRow: 0,
    tableRow: matrixRow,
  };
  return { matrix, sink };
}

/** Column j of a matrix, shared with it. */
function matrixColumn({ values, rowCount }: FeatureMatrix, j: number): Float64Array {
  return values.subarray(j * rowCount, (j + 1) * rowCount);
}

/** Broadcasts the eight date features to the rows of their dates. */
export function writeDateFeatures(matrix: FeatureMatrix, contextOf: (day: number) => MarketContext): void {
  const { day, rowCount } = matrix;
  const columns = DATE_FEATURES.map((_, j) => matrixColumn(matrix, CROSS_SECTIONAL_FEATURES.length + j));
  for (let from = 0; from < rowCount; ) {
    let to = from + 1;
    while (to < rowCount && day[to] === day[from]) to++;
    const context = contextOf(day[from]!);
    for (const [j, name] of DATE_FEATURES.entries()) columns[j]!.fill(dateFeature(context, name), from, to);
    from = to;
  }
}

/** A date feature by its column name. */
export function dateFeature(context: MarketContext, name: DateFeature): number {
  switch (name) {
    case 'btc_above_ma200':
      return context.btcAboveMa200;
    case 'btc_ma200_slope':
      return context.btcMa200Slope;
    case 'btc_zscore_120':
      return context.btcZscore120;
    case 'breadth_above_sma60':
      return context.breadthAboveSma60;
    case 'breadth_above_sma200':
      return context.breadthAboveSma200;
    case 'universe_momentum_dispersion':
      return context.momentumDispersion;
    case 'universe_rs_dispersion':
      return context.rsDispersion;
    case 'single_leader_burst':
      return context.singleLeaderBurst;
  }
}
