import { type FileBytes, MANIFEST_FILE } from '../contracts/artifact-files.ts';
import { LEGACY_EXACT_BYTES_CONTRACT } from '../contracts/names.ts';
import type { SummaryDocument } from '../contracts/summary-document.ts';
import type { SwitchAction } from '../contracts/switch-statement.ts';
import { invariant, LivepoolError } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import { type DecodedRelease, decodeRelease } from './decode-release.ts';
import { contentDigest, requireFile } from './digests.ts';
import { expiresAt } from './expiry.ts';
import type { ReleaseLayout } from './layout.ts';
import { contractPointers, versionedPointers } from './pointers.ts';
import type { SignedStatement } from './statements.ts';

/** What an act adds to the sealed bytes. */
export interface SwitchFacts {
  readonly layout: ReleaseLayout;
  readonly publishSeq: number;
  readonly action: SwitchAction;
  /** Generation of `releases/<version>/artifact_manifest.json`. */
  readonly manifestGeneration: string;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly committedAt: string;
  /** Committed version before this act; null for the first. */
  readonly prevVersion: string | null;
  /** entry_hash of this act. */
  readonly logHash: string;
  readonly release: SignedStatement;
  readonly switch: SignedStatement;
}

/**
 * The summary document of an act (release spec §5). Every fact about the pool comes from the sealed bytes, so that a rollback
 * says exactly what the publish of that version said.
 */
export function summaryDocument(files: FileBytes, facts: SwitchFacts): SummaryDocument {
  const release = decodeRelease(files);
  const { version } = release.pool;
  return {
    ...stableCore(release),
    ...contractPointers(facts.layout, version),
    artifact_contract_version: release.manifest.contract_version,
    generated_at: release.manifest.generated_at,
    ...evidence(release),
    publish_seq: facts.publishSeq,
    action: facts.action,
    manifest_sha256: sha256Hex(requireFile(files, MANIFEST_FILE)),
    manifest_generation: facts.manifestGeneration,
    content_digest: contentDigest(files),
    ...params(release),
    ...versionedPointers(facts.layout, version),
    committed_at: facts.committedAt,
    expires_at: expiresAt(release.pool.as_of_date),
    prev_version: facts.prevVersion,
    log_hash: facts.logHash,
    key_id: facts.switch.keyId,
    signature: signatures(facts),
  };
}

function stableCore({ pool }: DecodedRelease) {
  return {
    as_of_date: pool.as_of_date,
    version: pool.version,
    mode: pool.mode,
    pool_size: pool.pool_size,
    symbols: pool.symbols,
    symbol_map: pool.symbol_map,
    source_project: pool.source_project,
  };
}

function evidence({ manifest, legacyText }: DecodedRelease) {
  if (manifest.runtime_evidence_identity === undefined) throw incomplete('identity');
  return {
    runtime_evidence_identity: manifest.runtime_evidence_identity,
    live_pool_legacy_exact_bytes: {
      contract_version: LEGACY_EXACT_BYTES_CONTRACT,
      encoding: 'utf-8' as const,
      utf8_text: legacyText,
    },
  } as const;
}

function params({ manifest: { params_id, params_sha256 } }: DecodedRelease) {
  if (params_id === undefined || params_sha256 === undefined) throw incomplete('inputs');
  return { params_id, params_sha256 };
}

/** The document names one key: COMMIT signs a statement of a former key again. */
function signatures({ release, switch: act }: SwitchFacts) {
  invariant(release.keyId === act.keyId, 'a summary carries two signatures of one key');
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return {
    alg: act.alg,
    release_statement: base64(release.bytes),
    release_sig: base64(release.signature),
    switch_statement: base64(act.bytes),
    switch_sig: base64(act.signature),
  };
}

function incomplete(block: string): LivepoolError {
  return new LivepoolError(
    'MANIFEST_INCOMPLETE',
    'terminal',
    `${MANIFEST_FILE} has no block "${block}"; such a set is never pointed at`,
  );
}
