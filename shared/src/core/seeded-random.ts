import { createHash } from 'node:crypto';

/** A reproducible stream of numbers: same seed, same stream, on every machine. */
export interface SeededRandom {
  /** Uniform in [0, 1) with 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, bound). */
  nextInt(bound: number): number;
  /** Mean 0, standard deviation 1: sum of twelve uniforms (Irwin–Hall), so that no libm function decides a bit. */
  nextNormal(): number;
}

/** Generator sfc32 (Chris Doty-Humphrey, PractRand) seeded from the SHA-256 of a text. */
export function seededRandom(seed: string): SeededRandom {
  const digest = createHash('sha256').update(seed).digest();
  let a = digest.readUInt32LE(0);
  let b = digest.readUInt32LE(4);
  let c = digest.readUInt32LE(8);
  let counter = 1;
  const nextUint32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) nextUint32();
  const next = (): number => nextUint32() / 4_294_967_296;
  return {
    next,
    nextInt: (bound) => Math.floor(next() * bound),
    nextNormal: () => {
      let sum = -6;
      for (let i = 0; i < 12; i++) sum += next();
      return sum;
    },
  };
}
