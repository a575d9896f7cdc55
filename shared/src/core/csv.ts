import { err, ok, type Result } from './result.ts';
import { fromUtf8 } from './text-bytes.ts';

export type CsvRefusalCode = 'input_too_large' | 'text_encoding' | 'csv_form' | 'csv_number';

/** Why bytes are no acceptable table (operations spec §18, rows C2–C3). */
export interface CsvRefusal {
  readonly code: CsvRefusalCode;
  readonly message: string;
  /** Line of the file the record starts on, 1 = header. */
  readonly line: number;
  /** Column name where one is known, else its number from 1. */
  readonly column: string;
}

export interface CsvTable {
  readonly header: readonly string[];
  /** Cells as text, each row as long as the header. */
  readonly rows: readonly (readonly string[])[];
  /** Line of the file each row starts on: quoted cells may hold line breaks. */
  readonly lines: readonly number[];
}

export interface CsvOptions {
  /** Default 1 MiB. */
  readonly maxBytes?: number;
  /** Exactly these columns in exactly this order. Without it any header of distinct, non-empty names. */
  readonly columns?: readonly string[];
  /** Also takes CRLF line ends; default false. */
  readonly allowCrLf?: boolean;
}

/**
 * Table of UTF-8 CSV bytes (RFC 4180, comma, header line), or the first refusal with line and column. Total: never throws, never
 * guesses a separator, a missing cell or an encoding.
 */
export function parseCsv(bytes: Uint8Array, options: CsvOptions = {}): Result<CsvTable, CsvRefusal> {
  const maxBytes = options.maxBytes ?? 1_048_576;
  const early = (code: CsvRefusalCode, message: string) => err({ code, message, line: 1, column: '1' });
  if (bytes.length > maxBytes) return early('input_too_large', `${bytes.length} bytes exceed the limit of ${maxBytes}`);
  const text = fromUtf8(bytes);
  if (text === undefined) return early('text_encoding', 'not valid UTF-8');
  if (text.startsWith('\uFEFF')) return early('csv_form', 'starts with a byte-order mark; save as UTF-8 without one');
  if (text === '') return early('csv_form', 'the file is empty; a header line is needed');
  const records = readRecords(text, options.allowCrLf ?? false);
  return records.ok ? tableOf(records.value, options.columns) : records;
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Number of a cell, or undefined: empty, decimal comma, thousands separator, blanks, NaN, infinite, −0 and hexadecimal are none. */
export function csvNumber(cell: string): number | undefined {
  if (!NUMBER.test(cell)) return undefined;
  const value = Number(cell);
  return Number.isFinite(value) && !Object.is(value, -0) ? value : undefined;
}

interface CsvRecord {
  readonly cells: string[];
  readonly line: number;
}

const BARE_CELL = /[^",\r\n]*/y;
const QUOTED_CELL = /"([^"]*(?:""[^"]*)*)"/y;

/** Splits a text into records; a cell is either bare or quoted as a whole. */
function readRecords(text: string, allowCrLf: boolean): Result<CsvRecord[], CsvRefusal> {
  const records: CsvRecord[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const record = readRecord(text, at, allowCrLf);
    if (!record.ok) return err({ code: 'csv_form', message: record.error.message, line, column: String(record.error.column) });
    records.push({ cells: record.value.cells, line });
    at = record.value.end;
    line += record.value.lines;
  }
  return ok(records);
}

/** Cells from `at` to the end of the record; `end` is behind its line end, `lines` how many line ends it holds. */
function readRecord(
  text: string,
  at: number,
  allowCrLf: boolean,
): Result<{ cells: string[]; end: number; lines: number }, { message: string; column: number }> {
  const cells: string[] = [];
  let end = at;
  let lines = 1;
  for (;;) {
    const cell = readCell(text, end);
    if (cell === undefined) return err({ message: 'a quoted cell is not closed', column: cells.length + 1 });
    cells.push(cell.value);
    lines += cell.lineBreaks;
    end = cell.end;
    if (text[end] !== ',') break;
    end += 1;
  }
  if (allowCrLf && text.startsWith('\r\n', end)) end += 1;
  if (end < text.length && text[end] !== '\n') return err({ message: describeStray(text.charAt(end)), column: cells.length });
  return ok({ cells, end: end + 1, lines });
}

function readCell(text: string, at: number): { value: string; end: number; lineBreaks: number } | undefined {
  const quoted = text[at] === '"';
  const pattern = quoted ? QUOTED_CELL : BARE_CELL;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const value = quoted ? (match[1] ?? '').replaceAll('""', '"') : match[0];
  return { value, end: at + match[0].length, lineBreaks: quoted ? value.split('\n').length - 1 : 0 };
}

function describeStray(char: string): string {
  if (char === '\r') return 'a carriage return ends or splits the line; line ends must be LF';
  return `${JSON.stringify(char)} after the end of a cell; quote the whole cell`;
}

function tableOf(records: readonly CsvRecord[], columns: readonly string[] | undefined): Result<CsvTable, CsvRefusal> {
  const [first, ...rest] = records;
  const header = first?.cells ?? [];
  const refusal = refuseHeader(header, columns) ?? refuseRagged(header, rest);
  if (refusal !== undefined) return err(refusal);
  return ok({ header, rows: rest.map((record) => record.cells), lines: rest.map((record) => record.line) });
}

function refuseHeader(header: readonly string[], columns: readonly string[] | undefined): CsvRefusal | undefined {
  const problem = (column: string, message: string): CsvRefusal => ({ code: 'csv_form', message, line: 1, column });
  if (header.length === 1 && header[0]?.includes(';')) return problem('1', 'cells are separated by ";"; a comma is needed');
  const seen = new Set<string>();
  const at = header.findIndex((name) => name === '' || seen.size === seen.add(name).size);
  if (at >= 0) return problem(String(at + 1), header[at] === '' ? 'a column has no name' : `column "${header[at]}" occurs twice`);
  if (columns === undefined) return undefined;
  const width = Math.max(columns.length, header.length);
  const wrong = Array.from({ length: width }, (_, index) => index).find((index) => columns[index] !== header[index]);
  if (wrong === undefined) return undefined;
  return problem(String(wrong + 1), `column "${header[wrong] ?? ''}" stands where "${columns[wrong] ?? 'nothing'}" is expected`);
}

function refuseRagged(header: readonly string[], records: readonly CsvRecord[]): CsvRefusal | undefined {
  const ragged = records.find((record) => record.cells.length !== header.length);
  if (ragged === undefined) return undefined;
  const message = `${ragged.cells.length} cells where the header has ${header.length}`;
  return { code: 'csv_form', message, line: ragged.line, column: header[ragged.cells.length] ?? String(header.length + 1) };
}
