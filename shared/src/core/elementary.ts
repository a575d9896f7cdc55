/**
 * Logarithm and hyperbolic tangent from `+ − × ÷` alone, so that every machine and every Node finds the same bits: the algorithms
 * of fdlibm (Sun Microsystems, s_log, s_expm1, s_tanh), whose errors stay below one unit in the last place.
 */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const SQRT_HALF_HIGH_WORD = 0x95f64;
const TWO_54 = 18_014_398_509_481_984;

/** Powers of two from the least normal one on; each is its neighbour doubled, which is exact. */
const LEAST_POWER = 1022;
const POWERS_OF_TWO = new Float64Array(2046);
POWERS_OF_TWO[0] = 2.2250738585072014e-308;
for (let at = 1; at < POWERS_OF_TWO.length; at++) POWERS_OF_TWO[at] = 2 * POWERS_OF_TWO[at - 1]!;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
/** Which of the two words holds sign and exponent. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** ln x; NaN for x < 0 and NaN, −∞ for 0, ∞ for ∞. */
export function naturalLog(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const subnormal = x < 2.2250738585072014e-308;
  double[0] = subnormal ? x * TWO_54 : x;
  const high = words[HIGH]!;
  const mantissa = high & 0xfffff;
  // A fraction above √2 goes to the next power, so that f lies in [√½ − 1, √2 − 1].
  const upper = (mantissa + SQRT_HALF_HIGH_WORD) & 0x100000;
  words[HIGH] = mantissa | (upper ^ 0x3ff00000);
  const k = (high >>> 20) - 1023 + (upper >>> 20) - (subnormal ? 54 : 0);
  return logOfParts(double[0] - 1, k);
}

/** tanh x; NaN for NaN. */
export function hyperbolicTangent(x: number): number {
  if (!(Math.abs(x) < 22)) return Number.isNaN(x) ? x : Math.sign(x);
  const size = Math.abs(x);
  if (size < 2.7755575615628914e-17) return x;
  const t = exponentialMinusOne(size >= 1 ? 2 * size : -2 * size);
  const result = size >= 1 ? 1 - 2 / (t + 2) : -t / (t + 2);
  return x < 0 ? -result : result;
}

/** eˣ − 1 for |x| ≤ 700, exact near 0. */
export function exponentialMinusOne(x: number): number {
  if (Math.abs(x) < 5.551115123125783e-17) return x;
  const k = Math.abs(x) <= 0.34657359027997264 ? 0 : Math.trunc(Math.LOG2E * x + (x < 0 ? -0.5 : 0.5));
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const reduced = high - low;
  const correction = high - reduced - low;
  const half = 0.5 * reduced;
  const square = reduced * half;
  const r1 =
    1 +
    square *
      (-0.03333333333333313 +
        square *
          (0.0015873015872548146 +
            square * (-7.93650757867488e-5 + square * (4.008217827329362e-6 + square * -2.0109921818362437e-7))));
  const t = 3 - r1 * half;
  let e = square * ((r1 - t) / (6 - reduced * t));
  if (k === 0) return reduced - (reduced * e - square);
  e = reduced * (e - correction) - correction - square;
  return scaled(reduced, e, k);
}

/** ln(1 + f) + k·ln 2 for f in [√½ − 1, √2 − 1]. */
function logOfParts(f: number, k: number): number {
  if (f === 0) return k * LN2_HIGH + k * LN2_LOW;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + even + odd) + k * LN2_LOW) - f);
}

/** 2ᵏ·(1 + r − e) − 1 without losing the small part. */
function scaled(reduced: number, e: number, k: number): number {
  if (k === -1) return 0.5 * (reduced - e) - 0.5;
  if (k === 1) return reduced < -0.25 ? -2 * (e - (reduced + 0.5)) : 1 + 2 * (reduced - e);
  if (k <= -2 || k > 56) return (1 - (e - reduced)) * powerOfTwo(k) - 1;
  if (k < 20) return (1 - powerOfTwo(-k) - (e - reduced)) * powerOfTwo(k);
  return (reduced - (e + powerOfTwo(-k)) + 1) * powerOfTwo(k);
}

/** 2ᵏ for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  return POWERS_OF_TWO[k + LEAST_POWER]!;
}
