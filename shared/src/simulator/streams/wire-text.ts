import { unitsText } from '../fixed-digits.ts';

/** `units` × 10^−digits without trailing zeros: `0.74`, `12`. */
export function trimmedText(units: number, digits: number): string {
  const text = unitsText(units, digits);
  return digits === 0 ? text : text.replace(/\.?0+$/, '');
}

/** The same with at least one decimal, as a venue written in Java prints doubles: `0.74`, `12.0`. */
export function doubleText(units: number, digits: number): string {
  const text = trimmedText(units, digits);
  return text.includes('.') ? text : `${text}.0`;
}

/** A number in plain decimals, never with an exponent, at most `digits` of them. */
export function plainDecimal(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** ISO instant with six decimals: `2026-09-12T15:48:32.340708Z`. */
export function microsText(atUs: number): string {
  const ms = Math.floor(atUs / 1000);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(atUs - ms * 1000).padStart(3, '0')}Z`;
}

/** ISO instant with three decimals. */
export function millisText(atUs: number): string {
  return new Date(Math.floor(atUs / 1000)).toISOString();
}
