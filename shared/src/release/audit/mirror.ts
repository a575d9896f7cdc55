import { MAX_ARTIFACT_BYTES, RELEASE_FILES, type ReleaseFile } from '../../contracts/artifact-files.ts';
import type { HeadDocument } from '../../contracts/head-document.ts';
import type { Refusal } from '../../core/result.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { currentObject, currentPrefix } from '../layout.ts';
import type { ReleaseReadDeps } from '../release-deps.ts';
import { readRegistry } from '../sealed-release.ts';
import { mismatch } from './finding.ts';

/** While nothing switches: the five `current/` objects, and nothing else there, hold the committed version's bytes (invariant I3). */
export async function auditMirror(deps: ReleaseReadDeps, head: HeadDocument): Promise<readonly Refusal[]> {
  const version = head.committed_version;
  const entry = version === null ? null : await readRegistry(deps.documents, version);
  const wanted = new Map<string, { file: ReleaseFile; sha256: string }>();
  if (entry !== null) {
    for (const file of RELEASE_FILES) wanted.set(currentObject(deps.layout, file), { file, sha256: entry.files[file].sha256 });
  }
  const findings: Refusal[] = [];
  for (const { name, size } of await deps.objects.list(`${currentPrefix(deps.layout)}/`)) {
    const known = wanted.get(name);
    wanted.delete(name);
    if (known === undefined) findings.push(mismatch(`${name} does not belong to the mirror`, { name }));
    else findings.push(...(await compareObject(deps, head, name, known.sha256, size)));
  }
  return [...findings, ...[...wanted.keys()].map((name) => mismatch(`${name} is missing from the mirror`, { name }))];
}

async function compareObject(
  deps: ReleaseReadDeps,
  head: HeadDocument,
  name: string,
  sha256: string,
  size: number,
): Promise<readonly Refusal[]> {
  const stored = size > MAX_ARTIFACT_BYTES ? null : await deps.objects.get(name);
  const found = stored === null ? 'nothing readable' : sha256Hex(stored.bytes);
  if (found !== sha256) {
    return [mismatch(`${name} has SHA-256 ${found}, release ${head.committed_version} has ${sha256}`, { name })];
  }
  const seq = stored?.stat.metadata.publish_seq;
  if (seq === String(head.committed_seq)) return [];
  return [mismatch(`${name} is tagged with act ${seq ?? '(none)'}, committed is ${head.committed_seq}`, { name })];
}
