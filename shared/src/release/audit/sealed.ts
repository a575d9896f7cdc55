import { DATA_FILES, RELEASE_FILES, type ReleaseFile } from '../../contracts/artifact-files.ts';
import { COLLECTIONS } from '../../contracts/names.ts';
import type { ReleaseRegistryEntry } from '../../contracts/release-registry.ts';
import type { Refusal } from '../../core/result.ts';
import type { ObjectStat } from '../../ports/object-store.ts';
import { digestOfLines } from '../digests.ts';
import { releaseObject, releasePrefix } from '../layout.ts';
import type { ReleaseReadDeps } from '../release-deps.ts';
import { checkSeal, notSealed, readRegistry, readSealedFile, readStandingFile } from '../sealed-release.ts';
import { findingsOf, mismatch } from './finding.ts';

/** Registry entry, signature and bytes of the committed release, or of every sealed one; exactly five objects each. */
export async function auditSealed(deps: ReleaseReadDeps, committed: string | null, all: boolean): Promise<readonly Refusal[]> {
  const versions = new Set(committed === null ? [] : [committed]);
  if (all) for (const { id } of await deps.documents.list(COLLECTIONS.releases)) versions.add(id);
  const findings: Refusal[] = [];
  for (const version of versions) findings.push(...(await findingsOf(() => auditVersion(deps, version))));
  return findings;
}

/** Everything in which one version departs from its seal: NOT_SEALED, SIGNATURE_INVALID, READBACK_MISMATCH, AUDIT_MISMATCH. */
export async function auditVersion(deps: ReleaseReadDeps, version: string): Promise<readonly Refusal[]> {
  const entry = await readRegistry(deps.documents, version);
  if (entry === null) return [notSealed(version)];
  const findings: Refusal[] = [...(await findingsOf(async () => sealFindings(deps, version, entry)))];
  const present = await deps.objects.list(`${releasePrefix(deps.layout, version)}/`);
  for (const file of RELEASE_FILES) {
    findings.push(...(await findingsOf(() => fileFindings(deps, version, file, entry.files[file], present))));
  }
  const known = new Set(RELEASE_FILES.map((file) => releaseObject(deps.layout, version, file)));
  const strangers = present.map(({ name }) => name).filter((name) => !known.has(name));
  return [...findings, ...strangers.map((name) => mismatch(`${name} is a sixth object in a release of five`, { name }))];
}

/**
 * A store that keeps superseded generations still has the sealed bytes of an object that was replaced or deleted; who reads it by
 * name gets what is there now, so that this is judged too. The same bytes under a new generation are a restored object.
 */
async function fileFindings(
  deps: ReleaseReadDeps,
  version: string,
  file: ReleaseFile,
  sealed: ReleaseRegistryEntry['files'][ReleaseFile],
  present: readonly ObjectStat[],
): Promise<readonly Refusal[]> {
  const standing = await readStandingFile(deps, version, file, sealed);
  const name = releaseObject(deps.layout, version, file);
  const live = present.find((stat) => stat.name === name);
  if (live === undefined) return [mismatch(`${name} was deleted; generation ${sealed.generation} holds it`, { name })];
  if (live.generation === standing.generation) return [];
  await readSealedFile(deps, version, file, { ...sealed, generation: live.generation });
  return [];
}

function sealFindings(deps: ReleaseReadDeps, version: string, entry: ReleaseRegistryEntry): readonly Refusal[] {
  checkSeal(version, entry, deps.trustedKeys);
  const content = digestOfLines(DATA_FILES.map((name) => ({ name, sha256: entry.files[name].sha256 })));
  if (content === entry.content_digest && entry.files['artifact_manifest.json'].sha256 === entry.manifest_sha256) return [];
  return [mismatch(`the registry entry of ${version} contradicts itself`, { version })];
}
