import { seededRandom } from '../../core/seeded-random.ts';
import type { Random } from '../../ports/random.ts';

/** A Random that repeats itself: same seed, same numbers. For tests and the simulator, never for keys. */
export function repeatableRandom(seed: string): Random {
  const stream = seededRandom(seed);
  const byte = (): string => stream.nextInt(256).toString(16).padStart(2, '0');
  return {
    next: () => stream.next(),
    hex: (bytes) => Array.from({ length: bytes }, byte).join(''),
  };
}
