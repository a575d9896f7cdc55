import { COLLECTIONS } from '../../contracts/names.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Refusal } from '../../core/result.ts';
import { releasePrefix } from '../layout.ts';
import type { ReleaseReadDeps } from '../release-deps.ts';
import { loadSealed } from '../sealed-release.ts';
import { mismatch } from './finding.ts';

/** Registry entry, signature and bytes of the committed release, or of every sealed one; exactly five objects each. */
export async function auditSealed(deps: ReleaseReadDeps, committed: string | null, all: boolean): Promise<readonly Refusal[]> {
  const versions = new Set(committed === null ? [] : [committed]);
  if (all) for (const { id } of await deps.documents.list(COLLECTIONS.releases)) versions.add(id);
  const findings: Refusal[] = [];
  for (const version of versions) findings.push(...(await auditVersion(deps, version)));
  return findings;
}

async function auditVersion(deps: ReleaseReadDeps, version: string): Promise<readonly Refusal[]> {
  try {
    await loadSealed(deps, version);
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.kind !== 'terminal') throw error;
    return [{ code: error.code, message: error.message, details: error.details }];
  }
  const objects = await deps.objects.list(`${releasePrefix(deps.layout, version)}/`);
  return objects.length === 5 ? [] : [mismatch(`release ${version} has ${objects.length} objects instead of five`, { version })];
}
