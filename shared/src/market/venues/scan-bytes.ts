import { POWERS_OF_TEN } from '../book/decimal-units.ts';

/**
 * Pieces of the purpose-built scanners for hot book messages. Each takes the offset to read at and returns the offset behind
 * what it read, or `NOT_HERE` when the bytes are anything but the one compact form it knows; given `NOT_HERE` it returns it, so
 * that callers write the form down line by line and look once. What is not here takes the JSON route. The scanners are strict:
 * what they accept, a JSON parser accepts too, with the same numbers. Digits are recognised by one unsigned comparison, which is
 * safe because a frame is only scanned when its last byte is a brace: every run of digits ends inside it.
 */
export const NOT_HERE = -1;

const ZERO = 48;
const QUOTE = 34;
const DOT = 46;
const CLOSE_OBJECT = 125;
/** Digits that an int32 holds whatever they are. */
const INT32_DIGITS = 9;

/** A frame that may be scanned: it ends with `}`. */
export function isScannable(bytes: Uint8Array, length: number): boolean {
  return length > 0 && length <= bytes.length && bytes[length - 1] === CLOSE_OBJECT;
}

export function literal(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function scanLiteral(bytes: Uint8Array, at: number, expected: Uint8Array): number {
  if (at < 0) return NOT_HERE;
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return NOT_HERE;
  return at + expected.length;
}

/** Offset of the quote that ends a plain string starting at `at`, which may hold letters, digits and the like but no escapes. */
export function scanPlainText(bytes: Uint8Array, at: number, most: number): number {
  if (at < 0) return NOT_HERE;
  for (let i = at; i < at + most; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) return i;
    if (!(byte >= 32 && byte < 127) || byte === 92) return NOT_HERE;
  }
  return NOT_HERE;
}

/** A JSON integer of at most 15 digits, written to `out[place]`. */
export function scanInteger(bytes: Uint8Array, at: number, out: Float64Array, place: number): number {
  if (at < 0) return NOT_HERE;
  let offset = at;
  let value = 0;
  for (let digit = bytes[offset]! - ZERO; digit >>> 0 <= 9; digit = bytes[++offset]! - ZERO) value = value * 10 + digit;
  const digits = offset - at;
  if (digits === 0 || digits > 15 || (digits > 1 && bytes[at] === ZERO)) return NOT_HERE;
  out[place] = value;
  return offset;
}

/**
 * A plain decimal as whole units of 10^−decimals, written to `out[place]`. The integer part and the fraction are gathered as
 * int32; longer numbers, exponents and digits beyond `decimals` other than zeros are left to the JSON route.
 */
export function scanUnits(bytes: Uint8Array, at: number, decimals: number, out: Float64Array, place: number): number {
  if (at < 0) return NOT_HERE;
  let offset = at;
  let whole = 0;
  let digit = bytes[offset]! - ZERO;
  while (digit >>> 0 <= 9) {
    whole = (Math.imul(whole, 10) + digit) | 0;
    digit = bytes[++offset]! - ZERO;
  }
  const wholeDigits = offset - at;
  if (wholeDigits === 0 || wholeDigits > INT32_DIGITS || (wholeDigits > 1 && bytes[at] === ZERO)) return NOT_HERE;
  if (bytes[offset] !== DOT) return stored(whole * POWERS_OF_TEN[decimals]!, out, place, offset);
  return scanFraction(bytes, offset + 1, decimals, whole, out, place);
}

function scanFraction(bytes: Uint8Array, at: number, decimals: number, whole: number, out: Float64Array, place: number): number {
  let offset = at;
  let part = 0;
  const end = at + (decimals < INT32_DIGITS ? decimals : INT32_DIGITS);
  let digit = bytes[offset]! - ZERO;
  while (digit >>> 0 <= 9 && offset < end) {
    part = (Math.imul(part, 10) + digit) | 0;
    digit = bytes[++offset]! - ZERO;
  }
  let units = whole * POWERS_OF_TEN[decimals]! + part * POWERS_OF_TEN[decimals - (offset - at)]!;
  for (; digit >>> 0 <= 9 && offset < at + decimals; digit = bytes[++offset]! - ZERO) {
    units += digit * POWERS_OF_TEN[at + decimals - offset - 1]!;
  }
  while (digit === 0) digit = bytes[++offset]! - ZERO;
  if (offset === at || digit >>> 0 <= 9) return NOT_HERE;
  return stored(units, out, place, offset);
}

function stored(units: number, out: Float64Array, place: number, offset: number): number {
  if (units > Number.MAX_SAFE_INTEGER) return NOT_HERE;
  out[place] = units;
  return offset;
}
