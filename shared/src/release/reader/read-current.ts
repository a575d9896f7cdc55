import { DATA_FILES, type FileBytes, MANIFEST_FILE, type ReleaseFile } from '../../contracts/artifact-files.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { decodeManifest } from '../decode-release.ts';
import { currentObject, type ReleaseLayout } from '../layout.ts';
import { filesRejected } from './pool-file.ts';
import { digestInManifest, fetchCapped } from './read-files.ts';

/** Pauses between looks at a mirror that is being switched, in ms. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

export interface CurrentDeps {
  readonly objects: ObjectStore;
  readonly layout: ReleaseLayout;
  readonly clock: Clock;
}

/**
 * Step 3 of the reference reader (release spec §9), for those who reach only `current/`: manifest, four files by its hashes, and the
 * manifest's generation again. A set that does not fit is looked at again after a pause, and never mixed. Nothing here is signed.
 */
export async function readCurrent(deps: CurrentDeps): Promise<Result<FileBytes, Refusal>> {
  for (let look = 0; ; look++) {
    const set = await readCurrentOnce(deps);
    const pauseMs = PAUSES_MS[look];
    if (set.ok || pauseMs === undefined) return set;
    await deps.clock.sleep(pauseMs);
  }
}

/** One look: all five files of one release, or why not. */
export async function readCurrentOnce({ objects, layout }: Omit<CurrentDeps, 'clock'>): Promise<Result<FileBytes, Refusal>> {
  const at = (file: ReleaseFile): string => currentObject(layout, file);
  const first = await fetchCapped(objects, at(MANIFEST_FILE));
  if (!first.ok) return first;
  const manifest = decodeManifest(first.value.bytes);
  if (!manifest.ok) return err(filesRejected(manifest.error.message));
  const files = new Map<string, Uint8Array>();
  for (const file of DATA_FILES) {
    const stored = await fetchCapped(objects, at(file));
    if (!stored.ok) return stored;
    const found = sha256Hex(stored.value.bytes);
    if (found !== digestInManifest(manifest.value, file))
      return err(filesRejected(`${file} is not the one that the manifest binds`));
    files.set(file, stored.value.bytes);
  }
  const last = await objects.stat(at(MANIFEST_FILE));
  if (last?.generation !== first.value.generation) return err(filesRejected('the mirror changed while it was read'));
  return ok(files.set(MANIFEST_FILE, first.value.bytes));
}
