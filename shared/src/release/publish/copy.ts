import { RELEASE_FILES, type ReleaseFile } from '../../contracts/artifact-files.ts';
import { LivepoolError } from '../../core/errors.ts';
import { ABSENT, type Generation, type ObjectStat, type PutOptions } from '../../ports/object-store.ts';
import { readHead } from '../head.ts';
import { CURRENT_CACHE_CONTROL, contentTypeOf, currentObject, releaseObject } from '../layout.ts';
import type { ReleaseDeps } from '../release-deps.ts';
import type { SealedRelease } from '../sealed-release.ts';
import { type Intent, requireEpoch } from './intent.ts';
import type { Observed } from './observe.ts';

/** Foreign writes to one object that are answered before the act gives up; more than a few mean a foreign program. */
const MAX_REWRITES = 20;

/** What the mirror is to hold, and by which right. */
interface CopyOrder {
  readonly target: Pick<SealedRelease, 'version' | 'entry'>;
  /** Act that the objects are tagged with. */
  readonly publishSeq: number;
  /** Throws EPOCH_LOST unless this process may still write; asked between reading a generation and using it (rule O1). */
  readonly prove: () => Promise<void>;
}

/** Step 10 COPY of an act. */
export async function copyToCurrent(deps: ReleaseDeps, intent: Intent, observed: Observed): Promise<void> {
  const { act, publishSeq } = intent;
  await copyRelease(deps, { target: act.target, publishSeq, prove: () => proveEpochAndSequence(deps, intent) }, observed);
}

/**
 * The four data files, then the manifest, each over the generation that was observed before the right to write was proved. A file
 * whose bytes already match is written all the same (rule O2): its new generation is what stops a late write of an old act.
 */
export async function copyRelease(deps: ReleaseDeps, order: CopyOrder, observed: Observed): Promise<void> {
  for (const file of RELEASE_FILES) await copyFile(deps, order, file, observed.get(file) ?? ABSENT);
}

/** A failed precondition is a question (rule O5): was it I, or somebody else? The order of the two reads decides safety (O1). */
async function copyFile(deps: ReleaseDeps, order: CopyOrder, file: ReleaseFile, observed: Generation): Promise<void> {
  const { entry, version } = order.target;
  const source = { name: releaseObject(deps.layout, version, file), generation: entry.files[file].generation };
  const target = currentObject(deps.layout, file);
  let expected = observed;
  for (let round = 0; round < MAX_REWRITES; round++) {
    const outcome = await deps.objects.copy(source, target, currentOptions(order, file, expected));
    if (outcome.written || isMine(outcome.current, order, file)) return;
    expected = (await deps.objects.stat(target))?.generation ?? ABSENT;
    await order.prove();
  }
  throw new LivepoolError(
    'STORE_UNAVAILABLE',
    'transient',
    `${target} keeps changing under this act; find who else writes there`,
  );
}

function currentOptions(order: CopyOrder, file: ReleaseFile, expected: Generation): PutOptions {
  return {
    ifGenerationMatch: expected,
    contentType: contentTypeOf(file),
    cacheControl: CURRENT_CACHE_CONTROL,
    metadata: tagOf(order, file),
  };
}

function tagOf({ target, publishSeq }: CopyOrder, file: ReleaseFile): Readonly<Record<string, string>> {
  return { sha256: target.entry.files[file].sha256, version: target.version, publish_seq: String(publishSeq) };
}

/** An unacknowledged write of this very act: its number is on no other act's objects. */
function isMine(current: ObjectStat | null, order: CopyOrder, file: ReleaseFile): boolean {
  const tag = tagOf(order, file);
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
