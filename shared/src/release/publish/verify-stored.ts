import { type FileBytes, RELEASE_FILES } from '../../contracts/artifact-files.ts';
import { invariant } from '../../core/errors.ts';
import type { ReleaseReadDeps } from '../release-deps.ts';
import { readSealedFile } from '../sealed-release.ts';
import type { StagedFiles } from './stage.ts';

/**
 * Step 5 VERIFY: the five objects as they stand in the store, each read by generation with a size cap and equal to what was staged,
 * else READBACK_MISMATCH. Validation then judges these bytes, not those in memory.
 */
export async function readBack(deps: ReleaseReadDeps, version: string, staged: StagedFiles): Promise<FileBytes> {
  const files = new Map<string, Uint8Array>();
  for (const file of RELEASE_FILES) {
    const expected = staged.get(file);
    invariant(expected !== undefined, `${file} was not staged`);
    files.set(file, await readSealedFile(deps, version, file, expected));
  }
  return files;
}
