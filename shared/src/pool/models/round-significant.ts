const MAX_EXACT_POWER = 22;
const SIGNIFICANT_DIGITS = 12;
const TWELVE_DIGITS_END = 10 ** SIGNIFICANT_DIGITS;
/** Above the error of one scaled product below 10^12 (half a unit in its last place, 2^-14). */
const SCALING_ERROR = 2 ** -12;
const EXPONENTS = 2048;
const EXPONENT_BIAS = 1023;

/** Which of the two words of a float64 holds the sign and the exponent on this machine. */
const UPPER_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** How numbers of one binary exponent are scaled to whole numbers of twelve digits: times `multiply`, by `divide`; one of them is 1. */
interface Scales {
  /** Per exponent; 0 where no exact power of ten does it. */
  readonly multiply: Float64Array;
  readonly divide: Float64Array;
}

/** Scales that give the least number of an exponent twelve digits, and those with one digit less for what that makes too large. */
const [SCALES, LESSER_SCALES] = scaleTables();

/**
 * Rounds every value in place to 12 significant digits, exactly as `Number(x.toPrecision(12))` does, and turns ±∞ into NaN
 * (pool spec §13, matrix).
 *
 * Scaling by an exact power of ten errs by less than `SCALING_ERROR`, so the nearest 12-digit integer is certain unless the
 * scaled value lies that close to a half; the integer and the power are exact, so dividing back rounds correctly. The rest takes
 * the slow road.
 */
export function roundColumnTo12Digits(column: Float64Array): void {
  const words = new Uint32Array(column.buffer, column.byteOffset, 2 * column.length);
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    const exponent = (words[2 * i + UPPER_WORD]! >>> 20) & (EXPONENTS - 1);
    const guess = (value * SCALES.multiply[exponent]!) / SCALES.divide[exponent]!;
    const { multiply, divide } = Math.abs(guess) < TWELVE_DIGITS_END ? SCALES : LESSER_SCALES;
    const times = multiply[exponent]!;
    const by = divide[exponent]!;
    const product = (value * times) / by;
    const digits = Math.floor(product + 0.5);
    const isCertain = times !== 0 && Math.abs(Math.abs(product - digits) - 0.5) >= SCALING_ERROR;
    if (isCertain) column[i] = (digits / times) * by;
    else column[i] = roundSlowly(value);
  }
}

function roundSlowly(value: number): number {
  if (value === 0) return 0;
  return Number.isFinite(value) ? Number(value.toPrecision(SIGNIFICANT_DIGITS)) : Number.NaN;
}

function scaleTables(): [Scales, Scales] {
  const [scales, lesser] = [emptyScales(), emptyScales()];
  for (let exponent = 1; exponent < EXPONENTS - 1; exponent++) {
    const shift = shiftToTwelveDigits(2 ** (exponent - EXPONENT_BIAS));
    setScale(scales, exponent, shift);
    setScale(lesser, exponent, shift - 1);
  }
  return [scales, lesser];
}

function emptyScales(): Scales {
  return { multiply: new Float64Array(EXPONENTS), divide: new Float64Array(EXPONENTS).fill(1) };
}

/** The power of ten that brings a number into [10^11, 10^12). */
function shiftToTwelveDigits(size: number): number {
  const [, power] = size.toExponential().split('e');
  return SIGNIFICANT_DIGITS - 1 - Number(power);
}

/** Scales by 10^shift, when that or its inverse is a float64. */
function setScale({ multiply, divide }: Scales, exponent: number, shift: number): void {
  if (Math.abs(shift) > MAX_EXACT_POWER) return;
  multiply[exponent] = shift > 0 ? Number(`1e${shift}`) : 1;
  divide[exponent] = shift < 0 ? Number(`1e${-shift}`) : 1;
}
