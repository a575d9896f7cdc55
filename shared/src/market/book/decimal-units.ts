/** More fraction digits than the scale holds, and they are not zeros: the instrument's precision is another one. */
export const EXCESS_DIGITS = -1;
/** A whole number of units beyond 2^53 − 1. */
export const OUT_OF_RANGE = -2;
/** Not the text of a number that is zero or positive. */
export const NOT_DECIMAL = -3;

/** Powers of ten that are exact as doubles. */
export const POWERS_OF_TEN: readonly number[] = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const DECIMAL = /^(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;
const MOST_DIGITS = 400;

/**
 * Whole units of 10^−decimals in a number's source text: `'77360.8'` at 1 decimal is 773608. Never through a binary fraction;
 * exponents (`5e-8`) are understood because re-encoders write them. One of the three negative codes above when it is no such number.
 */
export function decimalUnits(text: string, decimals: number): number {
  const match = text.length <= MOST_DIGITS ? DECIMAL.exec(text) : null;
  if (match === null) return NOT_DECIMAL;
  const fraction = match[2] ?? '';
  const digits = (match[1] + fraction).replace(/^0+/, '');
  if (digits === '') return 0;
  return shifted(digits, decimals - fraction.length + Number(match[3] ?? 0));
}

/** The same, with digits beyond `decimals` cut off; a number above zero stays at least one unit. */
export function cutUnits(text: string, decimals: number): number {
  const places = decimalPlaces(text);
  if (places <= decimals) return decimalUnits(text, decimals);
  const match = DECIMAL.exec(text);
  const digits = `${match?.[1] ?? ''}${match?.[2] ?? ''}`;
  const drop = (match?.[2] ?? '').length - Number(match?.[3] ?? 0) - decimals;
  return Math.max(1, decimalUnits(digits.slice(0, Math.max(0, digits.length - drop)).replace(/^0+(?=.)/, '') || '0', 0));
}

/** Whole units at another number of digits, cut off below, at least one of what was one. Not a safe integer when it does not fit. */
export function shiftUnits(units: number, shift: number): number {
  if (shift >= 0) return units * POWERS_OF_TEN[shift]!;
  return units === 0 ? 0 : Math.max(1, Math.floor(units / POWERS_OF_TEN[-shift]!));
}

/** Fraction digits that the number really uses: 3 for `0.12300`, 8 for `5e-8`; 0 for text that is no number. */
export function decimalPlaces(text: string): number {
  const match = text.length <= MOST_DIGITS ? DECIMAL.exec(text) : null;
  if (match === null) return 0;
  const fraction = match[2] ?? '';
  const digits = match[1] + fraction;
  const zeros = digits.length - digits.replace(/0+$/, '').length;
  return zeros === digits.length ? 0 : Math.max(0, fraction.length - zeros - Number(match[3] ?? 0));
}

/** The text of whole units with all `decimals` digits: 773608 at 1 decimal is `'77360.8'`. */
export function unitsText(units: number, decimals: number): string {
  const digits = String(units).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function shifted(digits: string, places: number): number {
  const cut = places < 0 ? digits.length + places : digits.length;
  if (places < 0 && !/^0*$/.test(digits.slice(Math.max(0, cut)))) return EXCESS_DIGITS;
  if (digits.length + places > 16) return OUT_OF_RANGE;
  const units = Number(digits.slice(0, cut) + '0'.repeat(Math.max(0, places)));
  return units <= Number.MAX_SAFE_INTEGER ? units : OUT_OF_RANGE;
}
