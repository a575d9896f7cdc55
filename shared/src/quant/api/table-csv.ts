import { csvLine, neutralisedTextCell } from '../../core/csv-line.ts';

/** Rows as CSV with a header of the first row's fields; objects and lists as JSON, null as an empty cell, texts made harmless. */
export function tableCsv(rows: readonly object[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => csvLine(columns.map((column) => cellText((row as Record<string, unknown>)[column]))));
  return columns.length === 0 ? '' : csvLine(columns) + lines.join('');
}

function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return neutralisedTextCell(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value as number | boolean);
}
