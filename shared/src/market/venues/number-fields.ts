import { FrameRefused } from './frame-syntax.ts';

const DECIMAL = /^-?\d{1,30}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?$/;

/** A finite number given as JSON number or as its text; throws `FrameRefused` for anything else. */
export function numberOf(value: unknown, field: string): number {
  const number = numberOrNull(value);
  if (number === null) throw new FrameRefused('shape', `${field} is not a number`);
  return number;
}

/** The same, null for anything that is no number: fields that a venue may leave out or empty. */
export function numberOrNull(value: unknown): number | null {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && DECIMAL.test(value));
  const number = isNumber ? Number(value) + 0 : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

/** A number above zero, as prices and sizes are. */
export function positiveOf(value: unknown, field: string): number {
  const number = numberOf(value, field);
  if (!(number > 0)) throw new FrameRefused('shape', `${field} is not above zero`);
  return number;
}

/** A number above zero, null for anything else. */
export function positiveOrNull(value: unknown): number | null {
  const number = numberOrNull(value);
  return number !== null && number > 0 ? number : null;
}

/** Latest time that is taken for one, in ms: the year 2286. What lies beyond is a damaged number. */
const LATEST_MS = 10_000_000_000_000;

/** Whole milliseconds of a time in ms, null for anything that is no time. */
export function millisOrNull(value: unknown): number | null {
  const ms = positiveOrNull(value);
  return ms !== null && ms >= 1 && ms <= LATEST_MS ? Math.floor(ms) : null;
}

/** The same; throws `FrameRefused` for anything that is no time. */
export function millisOf(value: unknown, field: string): number {
  const ms = millisOrNull(value);
  if (ms === null) throw new FrameRefused('shape', `${field} is not a time`);
  return ms;
}

/** Whole milliseconds of a span in seconds or hours, null for anything that is none. */
export function spanMsOrNull(value: unknown, unitMs: number): number | null {
  const units = positiveOrNull(value);
  return units === null ? null : millisOrNull(units * unitMs);
}
