const MAX_EXACT_POWER = 22;
/** 10^k for k = 0 … 22: the powers of ten that a float64 holds exactly. */
const POWER_OF_TEN = Float64Array.from({ length: MAX_EXACT_POWER + 1 }, (_, k) => Number(`1e${k}`));
const SIGNIFICANT_DIGITS = 12;
const LARGEST_LEAD = 10 ** (SIGNIFICANT_DIGITS - 1);
/** Above the error of one scaled product below 10^12 (half a unit in its last place, 2^-14). */
const SCALING_ERROR = 2 ** -12;

/**
 * Rounds every value in place to 12 significant digits, exactly as `Number(x.toPrecision(12))` does, and turns ±∞ into NaN
 * (pool spec §13, matrix).
 *
 * Scaling by an exact power of ten errs by less than `SCALING_ERROR`, so the nearest 12-digit integer is certain unless the
 * scaled value lies that close to a half; the integer and the power are exact, so dividing back rounds correctly. The rest takes
 * the slow road.
 */
export function roundColumnTo12Digits(column: Float64Array): void {
  let shift = SIGNIFICANT_DIGITS - 1;
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    const size = Math.abs(value);
    if (size === 0 || !(size < Number.POSITIVE_INFINITY)) {
      column[i] = size === 0 ? 0 : Number.NaN;
      continue;
    }
    shift = shiftToTwelveDigits(size, shift);
    const rounded = Math.abs(shift) <= MAX_EXACT_POWER ? roundScaled(size, shift) : Number.NaN;
    if (Number.isNaN(rounded)) column[i] = Number(value.toPrecision(SIGNIFICANT_DIGITS));
    else column[i] = value < 0 ? -rounded : rounded;
  }
}

/** Power of ten that brings `size` into [10^11, 10^12), searched from the neighbour's; beyond ±23 when there is no exact one. */
function shiftToTwelveDigits(size: number, start: number): number {
  let shift = Math.max(-MAX_EXACT_POWER, Math.min(MAX_EXACT_POWER, start));
  while (shift <= MAX_EXACT_POWER && scaled(size, shift) < LARGEST_LEAD) shift++;
  while (shift >= -MAX_EXACT_POWER && scaled(size, shift) >= LARGEST_LEAD * 10) shift--;
  return shift;
}

function scaled(size: number, shift: number): number {
  return shift >= 0 ? size * POWER_OF_TEN[shift]! : size / POWER_OF_TEN[-shift]!;
}

/** `size` rounded to a multiple of 10^-shift, or NaN when the scaled value is too close to a half to decide. */
function roundScaled(size: number, shift: number): number {
  const product = scaled(size, shift);
  const digits = Math.floor(product + 0.5);
  if (Math.abs(Math.abs(product - digits) - 0.5) < SCALING_ERROR) return Number.NaN;
  return shift >= 0 ? digits / POWER_OF_TEN[shift]! : digits * POWER_OF_TEN[-shift]!;
}
