import { formatDay } from '../../core/calendar-day.ts';
import type { InputFinding } from '../../market/quality/input-finding.ts';

/**
 * Row numbers in ascending order of day with one row a day, or undefined when the rows are so already. Of rows with the same day
 * the later one wins. Notes `row_order` once, `row_duplicate` for equal and `row_conflict` for different values (pool spec §4).
 */
export function orderRows(
  day: Int32Array,
  line: Int32Array,
  rows: number,
  columns: Readonly<Record<string, Float64Array>>,
  about: { readonly file: string; readonly symbol: string },
  findings: InputFinding[],
): Int32Array | undefined {
  const firstBack = firstStepBack(day, rows);
  if (firstBack === undefined) return undefined;
  const note = (code: InputFinding['code'], row: number, message: string, remedy: string) =>
    findings.push({
      code,
      effect: 'flagged',
      file: about.file,
      symbol: about.symbol,
      line: line[row]!,
      field: 'date',
      message,
      remedy,
    });
  const order = Int32Array.from({ length: rows }, (_, row) => row).sort((a, b) => day[a]! - day[b]! || a - b);
  const kept: number[] = [];
  for (const row of order) {
    const previous = kept.at(-1);
    if (previous === undefined || day[previous] !== day[row]) {
      kept.push(row);
      continue;
    }
    const isSame = Object.values(columns).every((column) => Object.is(column[previous], column[row]));
    note(
      isSame ? 'row_duplicate' : 'row_conflict',
      row,
      `${formatDay(day[row]!)} is also on line ${line[previous]}; the later line counts`,
      'delete the wrong row at its source',
    );
    kept[kept.length - 1] = row;
  }
  if (isUnsorted(day, rows)) note('row_order', firstBack, 'rows are not in the order of their dates; sorted', 'sort by date');
  return Int32Array.from(kept);
}

function firstStepBack(day: Int32Array, rows: number): number | undefined {
  for (let row = 1; row < rows; row++) if (day[row]! <= day[row - 1]!) return row;
  return undefined;
}

function isUnsorted(day: Int32Array, rows: number): boolean {
  for (let row = 1; row < rows; row++) if (day[row]! < day[row - 1]!) return true;
  return false;
}
