import type { Observations } from './calendar/observations.ts';
import type { BenchmarkColumns } from './features/benchmark-columns.ts';
import { type FeatureColumns, type FeatureWorkspace, SYMBOL_COLUMNS, type SymbolColumn } from './features/feature-columns.ts';
import { type FeatureRule, writeFeatures } from './features/write-features.ts';

/** A table that wants some columns of some observations. */
export interface FeatureSink {
  /** Destination per column, indexed by row. */
  readonly columns: readonly (readonly [name: SymbolColumn, out: Float64Array])[];
  /** Per episode and observation: the row of some grid, −1 where there is none. */
  readonly gridRowOf: readonly Int32Array[];
  /** First grid row that is wanted: it is row 0 of the table, unless `tableRow` says otherwise. */
  readonly firstGridRow: number;
  /** Table row per grid row from `firstGridRow` on, −1 where it is not wanted. */
  readonly tableRow?: Int32Array;
  /** Called once per episode while its columns are in the workspace. */
  visit?(e: number, columns: FeatureColumns): void;
}

/**
 * Computes the features one episode at a time into one workspace and hands every sink what it asks for: no column of the whole
 * panel ever exists. Episodes that no sink wants are skipped.
 */
export function featurePass(
  observations: readonly Observations[],
  benchmark: BenchmarkColumns,
  benchmarkSymbol: string,
  rule: FeatureRule,
  workspace: FeatureWorkspace,
  sinks: readonly FeatureSink[],
): void {
  const source = new Int32Array(workspace.flags.length);
  const target = new Int32Array(workspace.flags.length);
  for (const [e, episode] of observations.entries()) {
    let isComputed = false;
    for (const sink of sinks) {
      const wanted = wantedRows(sink, e, source, target);
      if (wanted === 0) continue;
      if (!isComputed) writeFeatures(episode, benchmark, episode.symbol === benchmarkSymbol, rule, workspace);
      isComputed = true;
      for (const [name, out] of sink.columns) scatter(workspace.columns[name], source, target, wanted, out);
      sink.visit?.(e, workspace.columns);
    }
  }
}

/** Whether a name is a column that is computed per symbol. */
export function isSymbolColumn(name: string): name is SymbolColumn {
  return (SYMBOL_COLUMNS as readonly string[]).includes(name);
}

function wantedRows(
  { gridRowOf, firstGridRow, tableRow }: FeatureSink,
  e: number,
  source: Int32Array,
  target: Int32Array,
): number {
  const gridRows = gridRowOf[e]!;
  let wanted = 0;
  for (let i = 0; i < gridRows.length; i++) {
    const offset = gridRows[i]! - firstGridRow;
    const row = offset < 0 || tableRow === undefined ? offset : tableRow[offset]!;
    if (row < 0) continue;
    source[wanted] = i;
    target[wanted++] = row;
  }
  return wanted;
}

function scatter(column: Float64Array, source: Int32Array, target: Int32Array, wanted: number, out: Float64Array): void {
  for (let k = 0; k < wanted; k++) out[target[k]!] = column[source[k]!]!;
}
