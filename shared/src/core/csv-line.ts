/** One line of RFC 4180 CSV with `\n`: quotes only where a cell has a comma, a quote, CR or LF; missing cells are empty. */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => csvCell(cell ?? '')).join(',')}\n`;
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A text cell for files that people open in a spreadsheet: a leading `= + - @ TAB CR` gets an apostrophe, so that nothing is
 * run as a formula (operations spec §18 C1). Never for machine columns and numbers.
 */
export function neutralisedTextCell(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
