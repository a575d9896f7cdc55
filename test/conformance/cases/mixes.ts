import { RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import type { ConformanceCase } from '../case.ts';
import { bytesOf, repositoryOf } from '../forge.ts';
import { accepted, rejected } from '../rows.ts';
import type { TwoReleases } from '../two-releases.ts';

/**
 * The 32 ways to take each of five files from one of two releases, read from `current/`, and again read behind the pointer of the
 * release whose manifest it is: 30 rejected, the two whole ones accepted (RL-10).
 */
export function mixCases(world: TwoReleases): readonly ConformanceCase[] {
  const masks = Array.from({ length: 2 ** RELEASE_FILES.length }, (_, mask) => mask);
  return masks.flatMap((mask) => [mirrorMix(world, mask), versionedMix(world, mask)]);
}

function mirrorMix(world: TwoReleases, mask: number): ConformanceCase {
  const id = `mix: current/ ${letters(mask)}`;
  const repository = repositoryOf(world.new, mixOf(world, mask));
  const whole = wholeOf(world, mask);
  return whole === undefined ? rejected(id, 'mirror', repository, ['hash']) : accepted(id, 'mirror', repository, whole);
}

function versionedMix(world: TwoReleases, mask: number): ConformanceCase {
  const id = `mix: versioned ${letters(mask)}`;
  const { summary } = isNew(mask, RELEASE_FILES.length - 1) ? world.new : world.old;
  const repository = repositoryOf({ summary, files: mixOf(world, mask) });
  const whole = wholeOf(world, mask);
  return whole === undefined ? rejected(id, 'files', repository, ['hash']) : accepted(id, 'files', repository, whole);
}

function mixOf({ old, new: next }: TwoReleases, mask: number): ReadonlyMap<string, Uint8Array> {
  return new Map(RELEASE_FILES.map((file, index) => [file, bytesOf((isNew(mask, index) ? next : old).files, file)]));
}

function wholeOf({ old, new: next }: TwoReleases, mask: number) {
  if (mask === 0) return old;
  return mask === 2 ** RELEASE_FILES.length - 1 ? next : undefined;
}

function isNew(mask: number, index: number): boolean {
  return ((mask >> index) & 1) === 1;
}

/** One letter a file in the order of writing: o(ld) or n(ew). */
function letters(mask: number): string {
  return RELEASE_FILES.map((_, index) => (isNew(mask, index) ? 'n' : 'o')).join('');
}
