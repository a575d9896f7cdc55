import type { ReleaseStatement } from '../contracts/release-statement.ts';
import type { SwitchStatement } from '../contracts/switch-statement.ts';
import type { Refusal } from '../core/result.ts';
import { verifyChain } from './chain.ts';
import { type ListedRelease, listReleases } from './list-releases.ts';
import { readLog } from './read-log.ts';
import type { ReleaseReadDeps } from './release-deps.ts';
import { loadSealed } from './sealed-release.ts';

export interface ShownRelease {
  readonly release: ListedRelease;
  readonly statement: ReleaseStatement;
  /** Signed acts on this version, ascending. */
  readonly acts: readonly SwitchStatement[];
}

/** One sealed release with its signed facts and acts; NOT_SEALED, SIGNATURE_INVALID or READBACK_MISMATCH when it cannot be used. */
export async function showRelease(deps: ReleaseReadDeps, version: string): Promise<ShownRelease> {
  const { statement } = await loadSealed(deps, version);
  const { releases } = await listReleases(deps);
  const { acts } = await releaseHistory(deps);
  const release = releases.find((candidate) => candidate.version === version)!;
  return { release, statement, acts: acts.filter((act) => act.version === version) };
}

/** Every committed act in order, from its signed statement, and everything that is wrong with the chain. */
export async function releaseHistory(
  deps: Pick<ReleaseReadDeps, 'documents' | 'trustedKeys' | 'namespace'>,
): Promise<{ readonly acts: readonly SwitchStatement[]; readonly mismatches: readonly Refusal[] }> {
  const entries = await readLog(deps.documents);
  const { statements, mismatches } = verifyChain(entries, { keys: deps.trustedKeys, namespace: deps.namespace });
  return { acts: statements, mismatches };
}
