import type { ColdValue, ReadOptions, RowBatch, TimeRange } from '../../ports/cold-store.ts';

/** Columns that filtering needs besides the asked ones. */
export function columnsToRead(columns: readonly string[], options: ReadOptions): readonly string[] {
  const needed = [
    'ts',
    ...(options.asOfMs === undefined ? [] : ['available_at']),
    ...(options.symbols === undefined ? [] : ['symbol']),
  ];
  return [...new Set([...columns, ...needed])];
}

/** The rows of a batch that lie in the range and pass the options, with only the asked columns; undefined when none does. */
export function filterBatch(
  batch: RowBatch,
  range: TimeRange,
  columns: readonly string[],
  options: ReadOptions,
): RowBatch | undefined {
  const { ts, available_at, symbol } = batch.columns;
  const keep: number[] = [];
  for (let row = 0; row < batch.rows; row++) {
    const at = Number(ts![row]);
    if (at < range.from || at >= range.to) continue;
    if (options.asOfMs !== undefined && Number(available_at![row]) > options.asOfMs) continue;
    if (options.symbols !== undefined && !options.symbols.has(String(symbol![row]))) continue;
    keep.push(row);
  }
  if (keep.length === 0) return undefined;
  const whole = keep.length === batch.rows;
  const pick = (values: ArrayLike<ColdValue>): ArrayLike<ColdValue> => (whole ? values : keep.map((row) => values[row]!));
  return { rows: keep.length, columns: Object.fromEntries(columns.map((name) => [name, pick(batch.columns[name]!)])) };
}
