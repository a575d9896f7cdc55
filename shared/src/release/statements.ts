import { type FileBytes, MANIFEST_FILE } from '../contracts/artifact-files.ts';
import type { ArtifactManifest } from '../contracts/artifact-manifest.ts';
import { decodeContract } from '../contracts/decode.ts';
import { RELEASE_STATEMENT_TYPE, SWITCH_STATEMENT_TYPE } from '../contracts/names.ts';
import { type ReleaseStatement, releaseStatementSchema } from '../contracts/release-statement.ts';
import { type SwitchStatement, switchStatementSchema } from '../contracts/switch-statement.ts';
import { type CompactValue, compactJson } from '../core/compact-json.ts';
import { LivepoolError } from '../core/errors.ts';
import { err, type Refusal, type Result } from '../core/result.ts';
import { sha256Hex } from '../core/sha256.ts';
import { utf8 } from '../core/text-bytes.ts';
import { verifySignature } from '../core/verify-signature.ts';
import { contentDigest, requireFile } from './digests.ts';
import { frameStatement } from './framing.ts';

/** A public key that a reader trusts. `keyId` is the lower-case hex SHA-256 of `publicKeyDer` (SPKI). */
export interface TrustedKey {
  readonly keyId: string;
  readonly alg: string;
  readonly publicKeyDer: Uint8Array;
}

/** A statement as it travels: the exact bytes, and who signed them. */
export interface SignedStatement {
  readonly bytes: Uint8Array;
  readonly alg: string;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** Previous hash of the first entry of a log. */
export const FIRST_PREV_LOG_HASH = '0'.repeat(64);

/** Key id of a public key: lower-case hex SHA-256 of its SPKI DER. */
export function keyIdOf(publicKeyDer: Uint8Array): string {
  return sha256Hex(publicKeyDer);
}

/** The release statement of five sealed files and their parsed manifest (release spec §8). */
export function releaseStatementOf(files: FileBytes, manifest: ArtifactManifest): ReleaseStatement {
  const { params_id, params_sha256 } = manifest;
  if (params_id === undefined || params_sha256 === undefined) {
    throw new LivepoolError(
      'MANIFEST_INCOMPLETE',
      'terminal',
      `${MANIFEST_FILE} has no block "inputs"; such a set cannot be sealed`,
    );
  }
  return {
    artifact_contract_version: manifest.contract_version,
    as_of_date: manifest.as_of_date,
    content_digest: contentDigest(files),
    manifest_sha256: sha256Hex(requireFile(files, MANIFEST_FILE)),
    mode: manifest.mode,
    params_id,
    params_sha256,
    source_project: manifest.source_project,
    symbols: manifest.symbols,
    version: manifest.version,
  };
}

/** Compact JSON bytes of a release statement: what is stored, and framed for signing. */
export function encodeReleaseStatement(statement: ReleaseStatement): Uint8Array {
  return utf8(compactJson(releaseStatementSchema.parse(statement)));
}

/** Compact JSON bytes of a switch statement; absent optional fields are left out. */
export function encodeSwitchStatement(statement: SwitchStatement): Uint8Array {
  const fields = Object.entries(switchStatementSchema.parse(statement)).filter(([, value]) => value !== undefined);
  return utf8(compactJson(Object.fromEntries(fields) as CompactValue));
}

/** The exact message to sign for a release statement. */
export function frameReleaseStatement(body: Uint8Array): Uint8Array {
  return frameStatement(RELEASE_STATEMENT_TYPE, body);
}

/** The exact message to sign for a switch statement. */
export function frameSwitchStatement(body: Uint8Array): Uint8Array {
  return frameStatement(SWITCH_STATEMENT_TYPE, body);
}

/** entry_hash of a log entry: SHA-256 of the framed switch statement. The next act carries it as `prev_log_hash`. */
export function entryHash(switchStatementBytes: Uint8Array): string {
  return sha256Hex(frameSwitchStatement(switchStatementBytes));
}

/** The release statement in received bytes, if a pinned key signed exactly these bytes and they have the right shape. */
export function verifyReleaseStatement(signed: SignedStatement, keys: readonly TrustedKey[]): Result<ReleaseStatement, Refusal> {
  const refusal = refuseSignature(frameReleaseStatement(signed.bytes), signed, keys);
  return refusal ?? decodeContract(releaseStatementSchema, signed.bytes, 'release statement');
}

/** The switch statement in received bytes, if a pinned key signed exactly these bytes and they have the right shape. */
export function verifySwitchStatement(signed: SignedStatement, keys: readonly TrustedKey[]): Result<SwitchStatement, Refusal> {
  const refusal = refuseSignature(frameSwitchStatement(signed.bytes), signed, keys);
  return refusal ?? decodeContract(switchStatementSchema, signed.bytes, 'switch statement');
}

function refuseSignature(
  framed: Uint8Array,
  signed: SignedStatement,
  keys: readonly TrustedKey[],
): { readonly ok: false; readonly error: Refusal } | undefined {
  const key = keys.find((candidate) => candidate.keyId === signed.keyId && keyIdOf(candidate.publicKeyDer) === signed.keyId);
  if (key === undefined) {
    return err({ code: 'SIGNATURE_INVALID', message: `key ${signed.keyId} is not pinned`, details: { key_id: signed.keyId } });
  }
  if (key.alg === signed.alg && verifySignature(key.publicKeyDer, signed.alg, framed, signed.signature)) return undefined;
  return err({
    code: 'SIGNATURE_INVALID',
    message: `signature by key ${signed.keyId} does not match`,
    details: { key_id: signed.keyId },
  });
}
