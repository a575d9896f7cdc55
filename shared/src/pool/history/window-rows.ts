import type { FeatureMatrix } from '../panel.ts';
import type { HistoryPanel } from './history-panel.ts';
import type { WalkForwardWindow } from './walk-forward.ts';

/** Rows of a window that a model may learn one target from, ascending. */
export interface TrainingRows {
  readonly rows: Int32Array;
  readonly target: Float64Array;
}

/**
 * In-universe rows of the window's training dates with a known target. `purge` also leaves out every date of which a label looks
 * at the test range (research spec §3).
 */
export function trainingRows(panel: HistoryPanel, window: WalkForwardWindow, column: Float64Array, purge: boolean): TrainingRows {
  const testStart = panel.dates[window.testStart]!;
  const rows: number[] = [];
  for (let position = window.trainStart; position <= window.trainEnd; position++) {
    if (purge && panel.labelEnds[position]! >= testStart) continue;
    for (let row = panel.rowStart[position]!; row < panel.rowStart[position + 1]!; row++) {
      if (!Number.isNaN(column[row]!)) rows.push(row);
    }
  }
  return { rows: Int32Array.from(rows), target: Float64Array.from(rows, (row) => column[row]!) };
}

/** Rows of the dates at the given positions, ascending. */
export function rowsOfDates(panel: HistoryPanel, positions: readonly number[]): Int32Array {
  return Int32Array.from(
    positions.flatMap((position) => {
      const from = panel.rowStart[position]!;
      return Array.from({ length: panel.rowStart[position + 1]! - from }, (_, k) => from + k);
    }),
  );
}

/** The listed rows of a matrix as a matrix of their own. */
export function takeRows(matrix: FeatureMatrix, rows: Int32Array): FeatureMatrix {
  const rowCount = rows.length;
  const values = new Float64Array(rowCount * matrix.columns.length);
  for (let j = 0; j < matrix.columns.length; j++) {
    const from = j * matrix.rowCount;
    const to = j * rowCount;
    for (let k = 0; k < rowCount; k++) values[to + k] = matrix.values[from + rows[k]!]!;
  }
  return {
    rowCount,
    columns: matrix.columns,
    values,
    day: rows.map((row) => matrix.day[row]!),
    symbol: rows.map((row) => matrix.symbol[row]!),
  };
}

/** Whether two lists of rows are the same. */
export function areSameRows(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((row, k) => row === b[k]);
}
