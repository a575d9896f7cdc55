import { isUtf8 } from 'node:buffer';
import { type CalendarDay, formatDay, parseDay } from '../../core/calendar-day.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { CandleSeries } from '../../market/candle-series.ts';
import { candleFault } from '../../market/quality/check-candle.ts';
import type { InputFinding, InputFindingCode } from '../../market/quality/input-finding.ts';
import { type ByteCursor, COMMA, LINE_FEED, readDay, readNumber, readText, skipCell } from './byte-cursor.ts';
import { type CandleColumn, type CandleCsvLayout, candleCsvLayout } from './candle-csv-layout.ts';
import { orderRows } from './order-candle-rows.ts';

export interface CandleCsvOptions {
  /** File name for messages. */
  readonly file: string;
  readonly symbol: string;
  /**
   * `quarantine`: a row with an invalid value is left out with a finding, an empty required cell refuses the file. `keep`: such
   * rows stay (unreadable values as NaN) and are only flagged, as the reference implementation reads them.
   */
  readonly invalidRows: 'quarantine' | 'keep';
}

export interface ParsedCandles {
  readonly series: CandleSeries;
  /** Rows left out or noted; empty for a clean file. */
  readonly findings: readonly InputFinding[];
}

/** Columns being filled; row `rows` is the next one. */
interface Table {
  readonly day: Int32Array;
  /** 1-based file line of each row. */
  readonly line: Int32Array;
  readonly columns: Readonly<Record<Exclude<CandleColumn, 'date'>, Float64Array>>;
  rows: number;
}

const EARLIEST_DAY = parseDay('2010-01-01')!;
/** Stands in the day column for a cell that is no date; earlier than every accepted day. */
const NO_DAY = -2_147_483_648;
const MISSING_WORD = /^[+-]?(?:nan|inf|infinity|null|none)$/i;
const FORM_REMEDY = 'write plain CSV: UTF-8 without BOM, comma, LF, no quotes, one header, every line ended';
const ROW_REMEDY = 'correct or delete the row at its source';

/**
 * Reads `date,open,high,low,close,volume,quote_volume[,…]` rows into a series (ascending, one row a day). Works on bytes because
 * the text form of a five-year folder costs more than everything else in a build. A file of the wrong form is refused as a whole
 * with its first fault; the list of faults is operations spec §18 C2, C3, M1–M6.
 */
export function parseCandleCsv(bytes: Uint8Array, options: CandleCsvOptions): Result<ParsedCandles, InputFinding> {
  const fail = (code: InputFindingCode, line: number | null, field: string | null, message: string, remedy = FORM_REMEDY) =>
    err<InputFinding>({ code, effect: 'file_refused', file: options.file, symbol: options.symbol, line, field, message, remedy });
  if (bytes.length === 0) return fail('csv_form', null, null, 'the file is empty', 'fetch the file again or remove it');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return fail('csv_form', 1, null, 'the file starts with a BOM');
  if (!isUtf8(bytes)) return fail('text_encoding', null, null, 'the file is not UTF-8');
  if (bytes[bytes.length - 1] !== LINE_FEED) {
    return fail('csv_form', null, null, 'the last line is not ended, so the file may be cut', 'fetch the file again');
  }
  const cursor: ByteCursor = { bytes, pos: bytes.indexOf(LINE_FEED) + 1 };
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, cursor.pos - 1).toString('utf8');
  if (/[\r";]/.test(header)) return fail('csv_form', 1, null, 'the header holds a carriage return, a quote or a semicolon');
  const layout = candleCsvLayout(header);
  if (!layout.ok) return fail('csv_form', 1, null, layout.error, FORM_REMEDY);
  const table = emptyTable(countLines(bytes) - 1);
  const findings: InputFinding[] = [];
  const fault = readRows(cursor, layout.value, table, options, findings);
  if (fault !== undefined) return err(fault);
  return ok({ series: toSeries(table, layout.value, options, findings), findings });
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) lines++;
  return lines;
}

function emptyTable(capacity: number): Table {
  const column = (): Float64Array => new Float64Array(capacity);
  return {
    day: new Int32Array(capacity),
    line: new Int32Array(capacity),
    columns: {
      open: column(),
      high: column(),
      low: column(),
      close: column(),
      volume: column(),
      quote_volume: column(),
      trade_count: column(),
      taker_buy_base_volume: column(),
      taker_buy_quote_volume: column(),
    },
    rows: 0,
  };
}

/** Fills the table; returns the fault that refuses the whole file, if any. */
function readRows(
  cursor: ByteCursor,
  layout: CandleCsvLayout,
  table: Table,
  options: CandleCsvOptions,
  findings: InputFinding[],
): InputFinding | undefined {
  const targets = layout.map((column) => (column === null || column === 'date' ? null : table.columns[column]));
  for (let line = 2; cursor.pos < cursor.bytes.length; line++) {
    const row = table.rows;
    const start = cursor.pos;
    const fault = readCells(cursor, layout, targets, table, options);
    if (fault !== undefined) return finding(options, 'file_refused', line, fault);
    table.line[row] = line;
    const problem = dateProblem(table.day[row]!, cursor.bytes, start, layout) ?? valueProblem(table, row);
    if (problem === undefined) table.rows++;
    else {
      const keep = options.invalidRows === 'keep' && problem.field !== 'date';
      findings.push(finding(options, keep ? 'flagged' : 'row_quarantined', line, problem));
      if (keep) table.rows++;
    }
  }
  return undefined;
}

interface Problem {
  readonly code: InputFindingCode;
  readonly field: string | null;
  readonly message: string;
  readonly day?: CalendarDay;
  readonly observed?: number | string;
}

/** Reads one line into row `table.rows`; a date that does not exist becomes NO_DAY. */
function readCells(
  cursor: ByteCursor,
  layout: CandleCsvLayout,
  targets: readonly (Float64Array | null)[],
  table: Table,
  options: CandleCsvOptions,
): Problem | undefined {
  const { bytes } = cursor;
  const last = layout.length - 1;
  for (let at = 0; at <= last; at++) {
    const start = cursor.pos;
    const target = targets[at]!;
    let isNumber = true;
    if (target !== null) {
      const value = readNumber(cursor);
      target[table.rows] = value;
      isNumber = !Number.isNaN(value);
    } else if (layout[at] === 'date') table.day[table.rows] = readDay(cursor) ?? NO_DAY;
    else skipCell(cursor);
    const delimiter = bytes[cursor.pos]!;
    if (delimiter !== (at === last ? LINE_FEED : COMMA)) {
      return { code: 'csv_form', field: null, message: formFault(delimiter, layout.length) };
    }
    if (!isNumber) {
      const message = cellFault(readText({ bytes, pos: start }), layout[at]!, options);
      if (message !== undefined) return { code: 'csv_number', field: layout[at]!, message };
    }
    cursor.pos++;
  }
  return undefined;
}

function finding(options: CandleCsvOptions, effect: InputFinding['effect'], line: number, problem: Problem): InputFinding {
  const remedy = effect === 'file_refused' ? FORM_REMEDY : ROW_REMEDY;
  return { effect, file: options.file, symbol: options.symbol, line, ...problem, remedy };
}

/** Why a cell that is no number refuses the file; undefined when it counts as a missing value. */
function cellFault(text: string, field: CandleColumn | null, options: CandleCsvOptions): string | undefined {
  if (MISSING_WORD.test(text)) return undefined;
  if (text !== '') return `${JSON.stringify(text)} is not a number`;
  const isOptional = field === 'trade_count' || field === 'taker_buy_base_volume' || field === 'taker_buy_quote_volume';
  return isOptional || options.invalidRows === 'keep' ? undefined : 'the cell is empty';
}

function formFault(found: number, columns: number): string {
  if (found === 0x0d) return 'the line ends with CR LF or holds a carriage return';
  if (found === 0x22) return 'the line holds a quote';
  return `the line does not have the ${columns} cells of the header`;
}

function dateProblem(day: number, bytes: Uint8Array, start: number, layout: CandleCsvLayout): Problem | undefined {
  if (day >= EARLIEST_DAY) return undefined;
  if (day !== NO_DAY) return { code: 'ts_range', field: 'date', message: `${formatDay(day)} is before 2010`, day };
  const cursor = { bytes, pos: start };
  for (let at = layout.indexOf('date'); at > 0; at--) {
    skipCell(cursor);
    cursor.pos++;
  }
  const observed = readText(cursor);
  return { code: 'ts_format', field: 'date', message: `${JSON.stringify(observed)} is not a calendar day`, observed };
}

function valueProblem(table: Table, row: number): Problem | undefined {
  const { open, high, low, close, volume, quote_volume } = table.columns;
  const fault = candleFault(open[row]!, high[row]!, low[row]!, close[row]!, volume[row]!, quote_volume[row]!);
  // What a quote volume out of bounds costs is decided where the panel is built; the row itself is readable.
  if (fault === undefined || fault.code === 'quote_volume_bounds') return undefined;
  const field = fault.field === 'quoteVolume' ? 'quote_volume' : fault.field;
  const day = table.day[row]!;
  return { code: fault.code, field, message: `${formatDay(day)} has ${field} ${fault.observed}`, day, observed: fault.observed };
}

function toSeries(table: Table, layout: CandleCsvLayout, options: CandleCsvOptions, findings: InputFinding[]): CandleSeries {
  const order = orderRows(table.day, table.line, table.rows, table.columns, options, findings);
  const pick = (column: Float64Array): Float64Array =>
    order === undefined ? column.slice(0, table.rows) : Float64Array.from(order, (row) => column[row]!);
  const { columns } = table;
  return {
    symbol: options.symbol,
    day: order === undefined ? table.day.slice(0, table.rows) : Int32Array.from(order, (row) => table.day[row]!),
    open: pick(columns.open),
    high: pick(columns.high),
    low: pick(columns.low),
    close: pick(columns.close),
    volume: pick(columns.volume),
    quoteVolume: pick(columns.quote_volume),
    ...(layout.includes('trade_count') && { tradeCount: pick(columns.trade_count) }),
    ...(layout.includes('taker_buy_base_volume') && { takerBuyBaseVolume: pick(columns.taker_buy_base_volume) }),
    ...(layout.includes('taker_buy_quote_volume') && { takerBuyQuoteVolume: pick(columns.taker_buy_quote_volume) }),
  };
}
