import { floatText } from '../../core/number-text.ts';

/** Shortest round-trip decimal, empty when missing. */
export function floatCell(value: number): string {
  if (Number.isNaN(value)) return '';
  return Object.is(value, -0) ? '-0.0' : floatText(value);
}

/** Digits of an integer, empty when missing. */
export function integerCell(value: number): string {
  return Number.isNaN(value) ? '' : String(value);
}

/** `True` or `False`, as the reference's tables spell booleans. */
export function booleanCell(value: boolean): string {
  return value ? 'True' : 'False';
}

/** A float cell for a value that may be null. */
export function optionalCell(value: number | null): string {
  return value === null ? '' : floatCell(value);
}

/** A table as CSV text: header, one line a row, each ended by a newline. Cells hold no commas, quotes or line ends. */
export function csvText(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`;
}
