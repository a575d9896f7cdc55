import { RELEASE_FILES, type ReleaseFile } from '../../contracts/artifact-files.ts';
import { ABSENT, type Generation } from '../../ports/object-store.ts';
import { currentObject } from '../layout.ts';
import type { ReleaseDeps } from '../release-deps.ts';

/** Generation of each `current/` object, `ABSENT` where there is none. */
export type Observed = ReadonlyMap<ReleaseFile, Generation>;

/**
 * Step 8 OBSERVE. It must come before INTENT (rule O1): whoever proves an epoch after having read a generation knows that nobody of
 * a later epoch had written yet, so that using the generation as a precondition can never overwrite a later act.
 */
export async function observe({ objects, layout }: ReleaseDeps): Promise<Observed> {
  const observed = new Map<ReleaseFile, Generation>();
  for (const file of RELEASE_FILES) {
    const stat = await objects.stat(currentObject(layout, file));
    observed.set(file, stat?.generation ?? ABSENT);
  }
  return observed;
}
