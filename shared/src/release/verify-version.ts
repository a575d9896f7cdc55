import type { FileBytes } from '../contracts/artifact-files.ts';
import type { Refusal } from '../core/result.ts';
import { findingsOf } from './audit/finding.ts';
import { auditVersion } from './audit/sealed.ts';
import { evidenceObject, releasePrefix } from './layout.ts';
import type { ReleaseReadDeps } from './release-deps.ts';
import type { ValidationOptions } from './validate/validation-options.ts';
import { loadReleaseFiles, type VerifyReport, verifyRelease } from './verify-release.ts';

/** How five files are to be judged; asked with what was found, which names the parameters it was built with. */
export type ValidationOf = (files: FileBytes) => ValidationOptions;

/** Judges one version of a store: every departure from its seal, and every rule that the files as they stand break. */
export async function verifyVersion(deps: ReleaseReadDeps, version: string, validation: ValidationOf): Promise<VerifyReport> {
  const sealed = await findingsOf(() => auditVersion(deps, version));
  return withFindings(await verifyStored(deps, version, validation), sealed);
}

/** The same from the objects alone, signature included: what can still be said when the documents cannot be read. */
export async function verifyStored(
  { objects, layout, trustedKeys }: Omit<ReleaseReadDeps, 'documents'>,
  version: string,
  validation: ValidationOf,
): Promise<VerifyReport> {
  const { files, findings } = await loadReleaseFiles(objects, releasePrefix(layout, version));
  const name = evidenceObject(layout, version, 'release.dsse.json');
  const envelope = await objects.get(name);
  const signed = envelope === null ? undefined : { envelope: envelope.bytes, keys: trustedKeys };
  const unsigned = envelope === null ? [{ code: 'SIGNATURE_INVALID', message: `${name} is missing`, details: { name } }] : [];
  return withFindings(verifyRelease({ files, validation: validation(files), signed }), [...findings, ...unsigned]);
}

function withFindings(report: VerifyReport, more: readonly Refusal[]): VerifyReport {
  return { ...report, ok: report.ok && more.length === 0, findings: [...more, ...report.findings] };
}
