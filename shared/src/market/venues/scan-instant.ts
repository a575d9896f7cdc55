import { NOT_HERE } from './scan-bytes.ts';

const ZERO = 48;
const MS_PER_DAY = 86_400_000;

/**
 * Instants such as `2026-09-12T15:48:32.364945Z` from bytes. A stream repeats its date, so the day is worked out by the platform
 * once and then recognised by its digits; the time of day is arithmetic, cut to the millisecond like `Date.parse` does.
 */
export class InstantScanner {
  #date = -1;
  #dayMs = 0;

  /** Writes the milliseconds to `out[place]`; returns the offset behind the `Z`, or `NOT_HERE`. */
  scan(bytes: Uint8Array, at: number, out: Float64Array, place: number): number {
    const date = twoDigits(bytes, at) * 1_000_000 + twoDigits(bytes, at + 2) * 10_000 + this.#monthAndDay(bytes, at + 4);
    const hours = twoDigits(bytes, at + 11);
    const minutes = twoDigits(bytes, at + 14);
    const seconds = twoDigits(bytes, at + 17);
    const marks = bytes[at + 10] === 84 && bytes[at + 13] === 58 && bytes[at + 16] === 58 && bytes[at + 19] === 46;
    if (!marks || !(date >= 0) || !(hours <= 23) || !(minutes <= 59) || !(seconds <= 59)) return NOT_HERE;
    const end = fractionEnd(bytes, at + 20);
    if (end - at < 23 || end - at > 29 || bytes[end] !== 90 || !this.#knowsDate(date)) return NOT_HERE;
    const ms = twoDigits(bytes, at + 20) * 10 + (bytes[at + 22]! - ZERO);
    out[place] = this.#dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
    return end + 1;
  }

  #monthAndDay(bytes: Uint8Array, at: number): number {
    if (bytes[at] !== 45 || bytes[at + 3] !== 45) return Number.NaN;
    return twoDigits(bytes, at + 1) * 100 + twoDigits(bytes, at + 4);
  }

  #knowsDate(date: number): boolean {
    if (date === this.#date) return true;
    const text = String(date).padStart(8, '0');
    const ms = Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}T00:00:00Z`);
    if (!Number.isFinite(ms) || ms % MS_PER_DAY !== 0) return false;
    this.#date = date;
    this.#dayMs = ms;
    return true;
  }
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - ZERO;
  const ones = bytes[at + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function fractionEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at]! >= ZERO && bytes[at]! <= 57) at += 1;
  return at;
}
