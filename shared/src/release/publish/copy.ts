import { RELEASE_FILES, type ReleaseFile } from '../../contracts/artifact-files.ts';
import { LivepoolError } from '../../core/errors.ts';
import { ABSENT, type Generation, type ObjectStat, type PutOptions } from '../../ports/object-store.ts';
import { readHead } from '../head.ts';
import { CURRENT_CACHE_CONTROL, contentTypeOf, currentObject, releaseObject } from '../layout.ts';
import type { ReleaseDeps } from '../release-deps.ts';
import { type Intent, requireEpoch } from './intent.ts';
import type { Observed } from './observe.ts';

/** Foreign writes to one object that are answered before the act gives up; more than a few mean a foreign program. */
const MAX_REWRITES = 20;

/**
 * Step 10 COPY: the four data files, then the manifest, each over the generation that was observed before the epoch was proved.
 * A file whose bytes already match is written all the same (rule O2): its new generation is what stops a late write of an old act.
 */
export async function copyToCurrent(deps: ReleaseDeps, intent: Intent, observed: Observed): Promise<void> {
  for (const file of RELEASE_FILES) await copyFile(deps, intent, file, observed.get(file) ?? ABSENT);
}

/** A failed precondition is a question (rule O5): was it I, or somebody else? The order of the two reads decides safety (O1). */
async function copyFile(deps: ReleaseDeps, intent: Intent, file: ReleaseFile, observed: Generation): Promise<void> {
  const { entry, version } = intent.act.target;
  const source = { name: releaseObject(deps.layout, version, file), generation: entry.files[file].generation };
  const target = currentObject(deps.layout, file);
  let expected = observed;
  for (let round = 0; round < MAX_REWRITES; round++) {
    const outcome = await deps.objects.copy(source, target, currentOptions(intent, file, expected));
    if (outcome.written || isMine(outcome.current, intent, file)) return;
    expected = (await deps.objects.stat(target))?.generation ?? ABSENT;
    await proveEpochAndSequence(deps, intent);
  }
  throw new LivepoolError(
    'STORE_UNAVAILABLE',
    'transient',
    `${target} keeps changing under this act; find who else writes there`,
  );
}

function currentOptions(intent: Intent, file: ReleaseFile, expected: Generation): PutOptions {
  return {
    ifGenerationMatch: expected,
    contentType: contentTypeOf(file),
    cacheControl: CURRENT_CACHE_CONTROL,
    metadata: tagOf(intent, file),
  };
}

function tagOf({ act, publishSeq }: Intent, file: ReleaseFile): Readonly<Record<string, string>> {
  return { sha256: act.target.entry.files[file].sha256, version: act.target.version, publish_seq: String(publishSeq) };
}

/** An unacknowledged write of this very act: its number is on no other act's objects. */
function isMine(current: ObjectStat | null, intent: Intent, file: ReleaseFile): boolean {
  const tag = tagOf(intent, file);
  return current?.metadata.publish_seq === tag.publish_seq && current?.metadata.sha256 === tag.sha256;
}

async function proveEpochAndSequence(deps: ReleaseDeps, intent: Intent): Promise<void> {
  const head = await readHead(deps.documents);
  requireEpoch(head, intent.epoch);
  if (head.publish_seq === intent.publishSeq && head.switching) return;
  throw new LivepoolError(
    'EPOCH_LOST',
    'transient',
    `act ${intent.publishSeq} is no longer the open one; run the same command again`,
  );
}
