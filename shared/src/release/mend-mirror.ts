import { RELEASE_FILES } from '../contracts/artifact-files.ts';
import { LivepoolError } from '../core/errors.ts';
import type { AuditReport } from './audit.ts';
import { readHead } from './head.ts';
import { currentObject } from './layout.ts';
import { acquire, type Lease, type LeaseClaim, releaseLease } from './publish/acquire.ts';
import { copyRelease } from './publish/copy.ts';
import { requireEpoch } from './publish/intent.ts';
import { observe } from './publish/observe.ts';
import type { ReleaseDeps } from './release-deps.ts';
import { loadSealed, type SealedRelease } from './sealed-release.ts';

/** Names of the five mirror objects that an audit found damaged; strangers beside them are not among these. */
export function damagedMirrorObjects({ layout }: Pick<ReleaseDeps, 'layout'>, { mirror }: AuditReport): readonly string[] {
  const found = new Set(mirror.map(({ details }) => details?.name));
  return RELEASE_FILES.map((file) => currentObject(layout, file)).filter((name) => found.has(name));
}

/**
 * Writes the mirror of the committed act anew: steps 7, 8 and 10 of release spec §6 without an intent, so that pointer, log and
 * sequence stay as they are. All five objects are copied (rule O2), each over the generation that was observed before the epoch
 * was proved (rule O1); a process that opens an act meanwhile stops this one, and its own copies take every object over.
 */
export async function mendMirror(deps: ReleaseDeps, claim: LeaseClaim): Promise<void> {
  const { committed_version: version, committed_seq: seq } = await readHead(deps.documents);
  if (version === null) return;
  const target = await loadSealed(deps, version);
  const lease = await acquire(deps, claim);
  await copyCommitted(deps, lease, seq, target);
  await releaseLease(deps, lease);
}

async function copyCommitted(deps: ReleaseDeps, lease: Lease, publishSeq: number, target: SealedRelease): Promise<void> {
  const prove = async (): Promise<void> => {
    const head = await readHead(deps.documents);
    requireEpoch(head, lease.epoch);
    if (!head.switching && head.committed_seq === publishSeq) return;
    throw new LivepoolError('EPOCH_LOST', 'transient', 'an act began or ended meanwhile; run the same command again');
  };
  const observed = await observe(deps);
  await prove();
  await copyRelease(deps, { target, publishSeq, prove }, observed);
}
