import { RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import { currentObject } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { readCurrentOnce } from '#shared/release/reader/read-current.ts';
import { overwrite } from '../support/foreign-writes.ts';
import { build, depsOver, memoryStores, publishInput, V1, V2 } from '../support/release-lab.ts';

export interface MixFigures {
  readonly accepted: number;
  readonly rejected: number;
}

/** All 32 mixes of two whole releases in the mirror, as its reader judges them: only the two whole ones may be accepted (RL-10). */
export async function judgeMixes(): Promise<MixFigures> {
  const stores = memoryStores();
  const deps = depsOver(stores);
  await publish(deps, publishInput(V1));
  const releases = [build(V1).files, build(V2, { twist: 1 }).files];
  let accepted = 0;
  for (let mix = 0; mix < 32; mix++) {
    for (const [index, file] of RELEASE_FILES.entries()) {
      await overwrite(stores, currentObject(deps.layout, file), releases[(mix >> index) & 1]!.get(file)!);
    }
    if ((await readCurrentOnce(deps)).ok) accepted += 1;
  }
  return { accepted, rejected: 32 - accepted };
}
