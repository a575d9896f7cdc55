import { randomBytes } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

/** Chance from the operating system, fit for ids. */
export function systemRandom(): Random {
  return {
    // 48 bits divide exactly into a float in [0, 1).
    next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    hex: (bytes) => randomBytes(bytes).toString('hex'),
  };
}
