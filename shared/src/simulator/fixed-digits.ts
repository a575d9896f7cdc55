import { invariant } from '../core/errors.ts';

const POWERS_OF_TEN: readonly number[] = Array.from({ length: 16 }, (_, digits) => Number(`1e${digits}`));

/** 10^digits for 0…15, exact. */
export function powerOfTen(digits: number): number {
  const power = POWERS_OF_TEN[digits];
  invariant(power !== undefined, `no power of ten for ${digits} digits`);
  return power;
}

/** `value` in units of 10^−digits, rounded half up; refuses what a double cannot hold exactly. */
export function toUnits(value: number, digits: number): number {
  const units = Math.round(value * powerOfTen(digits));
  invariant(Number.isSafeInteger(units), `${value} has too many digits for ${digits} decimals`);
  return units;
}

/** `units` × 10^−digits as a venue writes it: exactly `digits` decimals, trailing zeros kept, no exponent. */
export function unitsText(units: number, digits: number): string {
  const sign = units < 0 ? '-' : '';
  const text = String(Math.abs(units)).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Decimals that leave a price about five significant digits. */
export function priceDigitsFor(price: number): number {
  let digits = 0;
  while (digits < 12 && price * powerOfTen(digits) < 10_000) digits++;
  return Math.max(digits, 1);
}
