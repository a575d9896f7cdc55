import { ARTIFACT_FILES, DATA_FILES, type DataFile } from '../../contracts/artifact-files.ts';
import { checkContract } from '../../contracts/decode.ts';
import type { ReleaseStatement } from '../../contracts/release-statement.ts';
import { type SummaryDocument, summaryDocumentSchema } from '../../contracts/summary-document.ts';
import type { SwitchStatement } from '../../contracts/switch-statement.ts';
import { parseInstant } from '../../core/instant.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { digestOfLines } from '../digests.ts';
import {
  entryHash,
  type SignedStatement,
  type TrustedKey,
  verifyReleaseStatement,
  verifySwitchStatement,
} from '../statements.ts';

/** Whom a reader believes, and which environment is its own. */
export interface Trust {
  readonly keys: readonly TrustedKey[];
  /** `<environment>:<collection>/<document>`. */
  readonly namespace: string;
}

/** A pointer whose every statement is signed, and which agrees with itself. */
export interface VerifiedSummary {
  readonly summary: SummaryDocument;
  readonly release: ReleaseStatement;
  readonly act: SwitchStatement;
}

/**
 * The timeless part of step 1 of the reference reader (release spec §9): shape, both signatures by a pinned key, namespace, and that
 * every field which matters is one of the signed ones. Returns all faults at once, code POINTER_REJECTED.
 */
export function verifySummary(data: unknown, trust: Trust): Result<VerifiedSummary, readonly Refusal[]> {
  const shaped = checkContract(summaryDocumentSchema, data, 'summary document');
  if (!shaped.ok) return err([rejected(shaped.error.message)]);
  const summary = shaped.value;
  const release = verifyReleaseStatement(signedOf(summary, 'release'), trust.keys);
  const act = verifySwitchStatement(signedOf(summary, 'switch'), trust.keys);
  const faults: string[] = [];
  if (!release.ok) faults.push(`release statement: ${release.error.message}`);
  if (!act.ok) faults.push(`switch statement: ${act.error.message}`);
  if (!release.ok || !act.ok) return err(faults.map(rejected));
  faults.push(
    ...symbolFaults(summary),
    ...releaseFaults(summary, release.value),
    ...actFaults(summary, act.value, trust.namespace),
  );
  return faults.length === 0 ? ok({ summary, release: release.value, act: act.value }) : err(faults.map(rejected));
}

/** One reason not to believe a pointer. */
export function rejected(message: string): Refusal {
  return { code: 'POINTER_REJECTED', message };
}

function signedOf(summary: SummaryDocument, which: 'release' | 'switch'): SignedStatement {
  const { signature, key_id: keyId } = summary;
  const [bytes, sig] =
    which === 'release'
      ? [signature.release_statement, signature.release_sig]
      : [signature.switch_statement, signature.switch_sig];
  return { bytes: Buffer.from(bytes, 'base64'), alg: signature.alg, keyId, signature: Buffer.from(sig, 'base64') };
}

function symbolFaults({ symbols, symbol_map, pool_size }: SummaryDocument): readonly string[] {
  const known = new Set(symbols);
  return faultsOf([
    [known.size === symbols.length, 'symbols repeat themselves'],
    [pool_size === symbols.length, `pool_size is ${pool_size}, there are ${symbols.length} symbols`],
    [
      Object.keys(symbol_map).length === known.size && symbols.every((symbol) => symbol in symbol_map),
      'symbols and symbol_map name different sets',
    ],
  ]);
}

function releaseFaults(summary: SummaryDocument, release: ReleaseStatement): readonly string[] {
  const { runtime_evidence_identity: identity, live_pool_legacy_exact_bytes: exact } = summary;
  const fields = [
    'as_of_date',
    'version',
    'mode',
    'source_project',
    'artifact_contract_version',
    'content_digest',
    'manifest_sha256',
    'params_id',
    'params_sha256',
  ] as const;
  return faultsOf([
    ...fields.map((field) => [summary[field] === release[field], `${field} is not the signed one`] as const),
    [release.symbols.join() === summary.symbols.join(), 'symbols or their order are not the signed ones'],
    [dataDigests(summary) === release.content_digest, 'the digests of the evidence identity are not the signed ones'],
    [
      identity.artifact_version === summary.version && identity.mode === summary.mode,
      'the evidence identity belongs to another version',
    ],
    [
      sha256Hex(exact.utf8_text) === identity.artifacts.live_pool_legacy.sha256,
      'live_pool_legacy_exact_bytes has not the signed digest',
    ],
  ]);
}

function dataDigests({ runtime_evidence_identity: { artifacts } }: SummaryDocument): string {
  const keyOf = (file: DataFile): keyof typeof artifacts =>
    (Object.keys(ARTIFACT_FILES) as (keyof typeof artifacts)[]).find((key) => ARTIFACT_FILES[key] === file) ?? 'live_pool';
  return digestOfLines(DATA_FILES.map((name) => ({ name, sha256: artifacts[keyOf(name)].sha256 })));
}

function actFaults(summary: SummaryDocument, act: SwitchStatement, namespace: string): readonly string[] {
  return faultsOf([
    [act.namespace === namespace, `it is signed for ${act.namespace}, this reader is ${namespace}`],
    [act.publish_seq === summary.publish_seq, 'publish_seq is not the signed one'],
    [act.action === summary.action, 'action is not the signed one'],
    [act.version === summary.version, 'version is not the one of the switch statement'],
    [act.manifest_sha256 === summary.manifest_sha256, 'manifest_sha256 is not the one of the switch statement'],
    [parseInstant(act.expires_at) === parseInstant(summary.expires_at), 'expires_at is not the signed one'],
    [
      entryHash(Buffer.from(summary.signature.switch_statement, 'base64')) === summary.log_hash,
      'log_hash is not that of the switch statement',
    ],
  ]);
}

function faultsOf(checks: readonly (readonly [holds: boolean, fault: string])[]): readonly string[] {
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
}
