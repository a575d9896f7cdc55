import { type CalendarDay, DAY_MS } from '../../core/calendar-day.ts';

/** A position in bytes. One object is reused for a whole file, so that reading a cell allocates nothing. */
export interface ByteCursor {
  readonly bytes: Uint8Array;
  pos: number;
}

export const COMMA = 0x2c;
export const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/** Integers up to 15 digits and powers of ten up to 10^15 are exact floats, so one division rounds correctly (Clinger 1990). */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => Number(`1e${exponent}`));

const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Number of the cell at the cursor, which moves to the delimiter; NaN when the cell is not a decimal number. */
export function readNumber(cursor: ByteCursor): number {
  const { bytes } = cursor;
  const start = cursor.pos;
  let pos = start;
  const negative = bytes[pos] === MINUS;
  if (negative) pos++;
  let mantissa = 0;
  const wholeStart = pos;
  let digit = bytes[pos]! - ZERO;
  while (digit >= 0 && digit <= 9) {
    mantissa = mantissa * 10 + digit;
    digit = bytes[++pos]! - ZERO;
  }
  const wholeDigits = pos - wholeStart;
  let fractionDigits = 0;
  if (bytes[pos] === POINT) {
    const fractionStart = ++pos;
    digit = bytes[pos]! - ZERO;
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = bytes[++pos]! - ZERO;
    }
    fractionDigits = pos - fractionStart;
    if (fractionDigits === 0) return readUnusualNumber(cursor);
  }
  const delimiter = bytes[pos];
  const isPlain = delimiter === COMMA || delimiter === LINE_FEED;
  if (!isPlain || wholeDigits === 0 || wholeDigits + fractionDigits > EXACT_DIGITS) return readUnusualNumber(cursor);
  cursor.pos = pos;
  const value = fractionDigits === 0 ? mantissa : mantissa / POWERS_OF_TEN[fractionDigits]!;
  return negative && value !== 0 ? -value : value;
}

/** Exponents, more than 15 digits, and everything that is no number. */
function readUnusualNumber(cursor: ByteCursor): number {
  const text = readText(cursor);
  if (!DECIMAL.test(text)) return Number.NaN;
  const value = Number(text);
  return value === 0 ? 0 : value;
}

/** UTC day of the `YYYY-MM-DD` cell at the cursor, which moves to the delimiter; undefined for any other text or date. */
export function readDay(cursor: ByteCursor): CalendarDay | undefined {
  const { bytes } = cursor;
  const start = cursor.pos;
  skipCell(cursor);
  if (cursor.pos - start !== 10 || bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return undefined;
  const year = digitPair(bytes, start) * 100 + digitPair(bytes, start + 2);
  const month = digitPair(bytes, start + 5);
  const dayOfMonth = digitPair(bytes, start + 8);
  const exists = year >= 1000 && month >= 1 && month <= 12 && dayOfMonth >= 1 && dayOfMonth <= daysInMonth(year, month);
  return exists ? Date.UTC(year, month - 1, dayOfMonth) / DAY_MS : undefined;
}

/** Value of two digits, or NaN, which fails every comparison. */
function digitPair(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - ZERO;
  const ones = bytes[at + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Text of the cell at the cursor (bytes as Latin-1), which moves to the delimiter. */
export function readText(cursor: ByteCursor): string {
  const start = cursor.pos;
  skipCell(cursor);
  let text = '';
  for (let i = start; i < cursor.pos; i++) text += String.fromCharCode(cursor.bytes[i]!);
  return text;
}

/** Moves to the end of the cell: a comma, a line feed, the end of the bytes, or a byte that a plain cell cannot hold (quote, CR). */
export function skipCell(cursor: ByteCursor): void {
  const { bytes } = cursor;
  let pos = cursor.pos;
  while (pos < bytes.length && !endsCell(bytes[pos]!)) pos++;
  cursor.pos = pos;
}

function endsCell(byte: number): boolean {
  return byte === COMMA || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === QUOTE;
}
