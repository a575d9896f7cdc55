/** The form of a number in a document: null for NaN. */
export function nullIfMissing(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
