import { powerOfTen } from '../fixed-digits.ts';

/** Decimals in which the simulator keeps money and holdings: whole numbers of 10^−12, exact at any size, finer than any pair. */
export const AMOUNT_DIGITS = 12;
/** Decimals in which balances are shown. */
const SHOWN_DIGITS = 10;

const ONE = 10n ** BigInt(AMOUNT_DIGITS);
/** Costs and fees of a venue have so many decimals. */
const COST_DIGITS = 5;
const COST_STEP = 10n ** BigInt(AMOUNT_DIGITS - COST_DIGITS);
const PER_MILLION = 1_000_000n;

/** Whole units of 10^−digits as an amount. */
export function amountOf(units: number, digits: number): bigint {
  return BigInt(units) * BigInt(powerOfTen(AMOUNT_DIGITS - digits));
}

/** A decimal as clients write it; undefined for anything else, a sign or more digits than an amount has. */
export function parseAmount(text: string): bigint | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) return undefined;
  return BigInt(match[1]!) * ONE + BigInt((match[2] ?? '').padEnd(AMOUNT_DIGITS, '0'));
}

/** Whole units of 10^−digits; undefined when the amount has more digits than that, or is too large. */
export function unitsOf(amount: bigint, digits: number): number | undefined {
  const step = BigInt(powerOfTen(AMOUNT_DIGITS - digits));
  const units = amount / step;
  return units * step === amount && units <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(units) : undefined;
}

/** Price × size in the quote currency, rounded half up to its costs' decimals. */
export function costOf(price: bigint, size: bigint): bigint {
  return rounded(price * size, ONE);
}

/** A fee of so many millionths of a cost. */
export function feeOf(cost: bigint, ppm: number): bigint {
  return rounded(cost * BigInt(ppm), PER_MILLION);
}

/** Price per unit of a fill. */
export function averageOf(cost: bigint, size: bigint): bigint {
  return size === 0n ? 0n : (cost * ONE + size / 2n) / size;
}

/** With exactly `digits` decimals, at most 12; what does not fit is cut off. */
export function amountText(amount: bigint, digits = SHOWN_DIGITS): string {
  const shown = (amount < 0n ? -amount : amount) / BigInt(powerOfTen(AMOUNT_DIGITS - digits));
  const text = String(shown).padStart(digits + 1, '0');
  const sign = amount < 0n ? '-' : '';
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** value / scale, half up, in steps of a cost. */
function rounded(value: bigint, scale: bigint): bigint {
  const divisor = scale * COST_STEP;
  return ((value + divisor / 2n) / divisor) * COST_STEP;
}
