import type { ConformanceCase } from './case.ts';
import { actCases } from './cases/acts.ts';
import { bitFlips } from './cases/bit-flips.ts';
import { fileCases } from './cases/files.ts';
import { mixCases } from './cases/mixes.ts';
import { pointerCases } from './cases/pointer.ts';
import { wholeCases } from './cases/whole.ts';
import { twoReleases } from './two-releases.ts';

/** A step that samples a few dozen bits of each file; 1 is exhaustive. */
export const SAMPLED_FLIP_STEP = 997;

/** Every row with its one right answer. Rows are made when they are asked for: the exhaustive flips are tens of thousands. */
export async function* conformanceTable(options: { readonly flipStep?: number } = {}): AsyncGenerator<ConformanceCase> {
  const world = await twoReleases();
  yield* await wholeCases(world);
  yield* mixCases(world);
  yield* await pointerCases(world);
  yield* await actCases(world);
  yield* await fileCases(world);
  yield* bitFlips(world, options.flipStep ?? SAMPLED_FLIP_STEP);
}
