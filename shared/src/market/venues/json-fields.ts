import { cutUnits, decimalPlaces, decimalUnits, EXCESS_DIGITS, OUT_OF_RANGE } from '../book/decimal-units.ts';
import type { LevelList } from '../book/level-list.ts';
import type { BookDigits } from '../book/order-book.ts';
import type { BookFrame } from './book-frame.ts';
import type { FrameRefusalCode } from './frame-reader.ts';
import type { FrameDraft } from './frame-syntax.ts';
import { FrameRefused } from './frame-syntax.ts';

/** Strict access to the fields of a decoded frame. Everything here returns the value or throws `FrameRefused`. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectOf(value: unknown, field: string): JsonObject {
  if (!isObject(value)) throw new FrameRefused('shape', `${field} is not an object`);
  return value;
}

export function arrayOf(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new FrameRefused('shape', `${field} is not an array`);
  return value;
}

export function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new FrameRefused('shape', `${field} is not a string`);
  return value;
}

/** A whole number ≥ 0, as JSON number or as its text. */
export function integerOf(value: unknown, field: string): number {
  const units = decimalUnits(numberTextOf(value, field), 0);
  if (units < 0) throw new FrameRefused('shape', `${field} is not a whole number`);
  return units;
}

/** Milliseconds of an ISO instant; `absent` when the field is missing. */
export function instantOf(value: unknown, field: string, absent: number): number {
  if (value === undefined) return absent;
  const ms = Date.parse(textOf(value, field));
  if (!Number.isFinite(ms)) throw new FrameRefused('shape', `${field} is not an instant`);
  return ms;
}

/** Appends a level of `frame`'s instrument; price and size are text, or numbers where the venue's sizes are whole contracts. */
export function addLevel(draft: FrameDraft, frame: BookFrame, levels: LevelList, price: unknown, size: unknown): void {
  const digits = draft.instruments.digits(frame.instrument);
  const priceText = numberTextOf(price, 'price', frame.instrument);
  const sizeText = numberTextOf(size, 'size', frame.instrument);
  const priceUnits = decimalUnits(priceText, digits.priceDecimals);
  const sizeUnits = (digits.cutsDust === true ? cutUnits : decimalUnits)(sizeText, digits.sizeDecimals);
  if (priceUnits <= 0 || sizeUnits < 0) refuseLevel(draft, frame.instrument, priceText, sizeText, priceUnits, sizeUnits);
  levels.push(priceUnits, sizeUnits);
}

function refuseLevel(
  draft: FrameDraft,
  instrument: number,
  price: string,
  size: string,
  priceUnits: number,
  sizeUnits: number,
): never {
  const digits = draft.instruments.digits(instrument);
  const detail = `level ${price} × ${size} at ${digits.priceDecimals} and ${digits.sizeDecimals} decimals`;
  const fitted = (code: FrameRefusalCode, needed: BookDigits | null) =>
    new FrameRefused(code, detail, instrument, draft.digitsAreProof ? null : needed);
  if (priceUnits === OUT_OF_RANGE) throw fitted('out_of_range', null);
  if (sizeUnits === OUT_OF_RANGE) throw fitted('out_of_range', coarser(digits));
  if (priceUnits === EXCESS_DIGITS || (priceUnits > 0 && sizeUnits === EXCESS_DIGITS)) {
    throw fitted('excess_digits', finer(digits, price, size));
  }
  throw fitted('shape', null);
}

function finer(digits: BookDigits, price: string, size: string): BookDigits {
  const priceDecimals = Math.max(digits.priceDecimals, decimalPlaces(price));
  if (digits.cutsDust === true) return { ...digits, priceDecimals };
  return { priceDecimals, sizeDecimals: Math.max(digits.sizeDecimals, decimalPlaces(size)) };
}

/** One digit fewer for sizes; what is cut off is dust beside a size that large. */
function coarser(digits: BookDigits): BookDigits | null {
  return digits.sizeDecimals > 0 ? { ...digits, sizeDecimals: digits.sizeDecimals - 1, cutsDust: true } : null;
}

function numberTextOf(value: unknown, field: string, instrument = -1): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new FrameRefused('shape', `${field} is not a number`, instrument);
}
