import type { HeadDocument } from '../../contracts/head-document.ts';
import { DOCUMENT_PATHS } from '../../contracts/names.ts';
import type { Refusal } from '../../core/result.ts';
import { verifySummary } from '../reader/verify-summary.ts';
import type { ReleaseReadDeps } from '../release-deps.ts';
import { readRegistry } from '../sealed-release.ts';
import { mismatch } from './finding.ts';

/** The summary document: both signatures, every field against the signed statements, and against head and registry. */
export async function auditPointer(deps: ReleaseReadDeps, head: HeadDocument): Promise<readonly Refusal[]> {
  const data = await deps.documents.get(DOCUMENT_PATHS.summary);
  if (data === null) return head.committed_version === null ? [] : [mismatch('the summary document is missing')];
  const verified = verifySummary(data, { keys: deps.trustedKeys, namespace: deps.namespace });
  if (!verified.ok) return verified.error.map(({ message }) => mismatch(`summary document: ${message}`));
  const { summary } = verified.value;
  const findings: Refusal[] = [];
  if (
    summary.publish_seq !== head.committed_seq ||
    summary.version !== head.committed_version ||
    summary.log_hash !== head.log_hash
  ) {
    findings.push(
      mismatch(
        `the summary says act ${summary.publish_seq} (${summary.version}), head ${head.committed_seq} (${head.committed_version ?? 'none'})`,
      ),
    );
  }
  const entry = await readRegistry(deps.documents, summary.version);
  if (entry === null) findings.push(mismatch(`the summary names ${summary.version}, which is not sealed`));
  else if (entry.manifest_sha256 !== summary.manifest_sha256 || entry.content_digest !== summary.content_digest) {
    findings.push(mismatch(`the summary and the registry name other bytes for ${summary.version}`));
  }
  return findings;
}
