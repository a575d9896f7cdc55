import { LivepoolError } from './errors.ts';

/**
 * Shortest round-trip decimal of a float as the artifacts write it (release spec §2): positional for decimal exponents −4…15
 * with `.0` on integral values, else scientific with sign and at least two exponent digits. NaN, ±∞ and −0 are refused.
 */
export function floatText(value: number): string {
  if (!Number.isFinite(value) || Object.is(value, -0)) {
    throw new LivepoolError('NUMBER_NOT_ENCODABLE', 'bug', `cannot encode ${Object.is(value, -0) ? '-0' : value} as a float`);
  }
  if (value === 0) return '0.0';
  const { sign, digits, exponent } = shortestDigits(value);
  return sign + (exponent >= -4 && exponent <= 15 ? positional(digits, exponent) : scientific(digits, exponent));
}

/** Sign, significant digits and decimal exponent (value = d.ddd × 10^exponent) of the shortest round-trip form. */
function shortestDigits(value: number): { sign: string; digits: string; exponent: number } {
  const [mantissa = '', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  return { sign: value < 0 ? '-' : '', digits: mantissa.replace('.', ''), exponent: Number(exponentText) };
}

function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return `${whole}.${fraction === '' ? '0' : fraction}`;
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.slice(1);
  const mantissa = fraction === '' ? digits : `${digits[0]}.${fraction}`;
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
