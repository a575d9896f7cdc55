import type { ColumnSchema, TableSchema } from '../contracts/table-schema.ts';
import { LivepoolError } from '../core/errors.ts';
import type { ColdRow, ColdValue } from '../ports/cold-store.ts';

/**
 * Rows as RFC 4180 text with LF: header in schema order, times as whole ms, shortest decimals that read back equal, null as an
 * empty cell and the empty text as `""` (data-platform spec §1.6).
 */
export function formatTableCsv(columns: readonly string[], rows: Iterable<ColdRow>): string {
  let text = `${columns.join(',')}\n`;
  for (const row of rows) text += `${tableCsvLine(columns, row)}\n`;
  return text;
}

/** One line without its end. */
export function tableCsvLine(columns: readonly string[], row: ColdRow): string {
  return columns.map((column) => formatCell(row[column] ?? null)).join(',');
}

/** Rows of a text in that form. Another header, a ragged line or a cell of the wrong type is SCHEMA_MISMATCH with the line. */
export function parseTableCsv(schema: TableSchema, text: string, name: string): readonly ColdRow[] {
  const fail = (line: number, message: string) =>
    new LivepoolError('SCHEMA_MISMATCH', 'terminal', `${name} line ${line}: ${message}`, { table: schema.table, name, line });
  const [header, ...lines] = records(text, (line, message) => fail(line, message));
  const names = schema.columns.map((column) => column.name);
  if (header === undefined || header.map((cell) => cell.text).join() !== names.join()) {
    throw fail(1, `the header is not ${names.join(',')}`);
  }
  return lines.map((cells, at) => {
    if (cells.length !== names.length) throw fail(at + 2, `${cells.length} cells, the header has ${names.length}`);
    return Object.fromEntries(
      schema.columns.map((column, c) => {
        const value = parseCell(column, cells[c]!);
        if (value === undefined) throw fail(at + 2, `${column.name} is not ${column.type}: ${JSON.stringify(cells[c]!.text)}`);
        return [column.name, value];
      }),
    );
  });
}

interface Cell {
  readonly text: string;
  readonly quoted: boolean;
}

const CELL = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;

function formatCell(value: ColdValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function parseCell(column: ColumnSchema, cell: Cell): ColdValue | undefined {
  if (cell.text === '' && !cell.quoted) return column.required ? undefined : null;
  if (column.type === 'utf8') return cell.text;
  if (cell.quoted || !/^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/.test(cell.text)) return undefined;
  const value = Number(cell.text);
  return column.type === 'double' || Number.isSafeInteger(value) ? value : undefined;
}

function records(text: string, fail: (line: number, message: string) => LivepoolError): Cell[][] {
  const found: Cell[][] = [];
  let record: Cell[] = [];
  let at = 0;
  while (at < text.length) {
    CELL.lastIndex = at;
    const match = CELL.exec(text);
    const quoted = match?.[1] !== undefined;
    record.push({ text: quoted ? match[1]!.replaceAll('""', '"') : (match?.[2] ?? ''), quoted });
    at += match?.[0].length ?? 0;
    const delimiter = text[at];
    if (delimiter === '\n') {
      found.push(record);
      record = [];
    } else if (delimiter !== ',')
      throw fail(found.length + 1, delimiter === undefined ? 'the last line is not ended' : 'a stray quote or CR');
    at++;
  }
  if (record.length > 0) throw fail(found.length + 1, 'the last line is not ended');
  return found;
}
