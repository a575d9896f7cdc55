import type { ConformanceCase, Repository } from '../case.ts';
import { currentName, plain, repositoryOf, serving, tampered, versionedName } from '../forge.ts';
import { rejected } from '../rows.ts';
import type { TwoReleases } from '../two-releases.ts';

/**
 * One flipped bit of one of the five files behind the pointer, or of what is signed: never accepted. Takes every `step`-th bit, so that
 * 1 is exhaustive; a step that shares no factor with 8 visits every position of a byte.
 */
export function* bitFlips(world: TwoReleases, step: number): Generator<ConformanceCase> {
  const { new: next } = world;
  const repository = repositoryOf(next);
  for (const [file, bytes] of next.files) {
    for (let bit = 0; bit < bytes.length * 8; bit += step) {
      const name = versionedName(next.summary.version, file);
      yield rejected(`flip: ${file} bit ${bit}`, 'files', serving(repository, name, plain(flipped(bytes, bit))), [
        'hash',
        'json',
        'encoding',
      ]);
    }
  }
  yield* signatureFlips(world, step);
  yield* mirrorFlips(world, repository, step);
}

function* signatureFlips({ new: next }: TwoReleases, step: number): Generator<ConformanceCase> {
  for (const field of ['release_statement', 'release_sig', 'switch_statement', 'switch_sig'] as const) {
    const bytes = Buffer.from(next.summary.signature[field], 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit += step) {
      const forgery = tampered(next, (summary) => {
        summary.signature = { ...next.summary.signature, [field]: Buffer.from(flipped(bytes, bit)).toString('base64') };
      });
      yield rejected(`flip: ${field} bit ${bit}`, 'symbols', repositoryOf(forgery), ['signature']);
    }
  }
}

/** In `current/` the manifest is bound by nothing, so only the four data files are flipped. */
function* mirrorFlips({ new: next }: TwoReleases, repository: Repository, step: number): Generator<ConformanceCase> {
  for (const [file, bytes] of [...next.files].slice(0, 4)) {
    for (let bit = step >> 1; bit < bytes.length * 8; bit += step) {
      const what = plain(flipped(bytes, bit));
      yield rejected(`flip: current/${file} bit ${bit}`, 'mirror', serving(repository, currentName(file), what), ['hash']);
    }
  }
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
