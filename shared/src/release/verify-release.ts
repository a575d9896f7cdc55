import { type FileBytes, MAX_ARTIFACT_BYTES, RELEASE_FILES } from '../contracts/artifact-files.ts';
import { RELEASE_STATEMENT_TYPE } from '../contracts/names.ts';
import type { ValidationResult } from '../contracts/validation-result.ts';
import type { Refusal } from '../core/result.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { findingsOf } from './audit/finding.ts';
import { contentDigest } from './digests.ts';
import { decodeDsseEnvelope } from './dsse-envelope.ts';
import { type TrustedKey, verifyReleaseStatement } from './statements.ts';
import { validateRelease } from './validate/validate-release.ts';
import type { ValidationOptions } from './validate/validation-options.ts';

/** Five files and what is known beside them. */
export interface VerifyReleaseInput {
  readonly files: FileBytes;
  readonly validation: ValidationOptions;
  /** Bytes of `release.dsse.json`, and the keys that may have signed it. Without it the signature is not judged. */
  readonly signed?: { readonly envelope: Uint8Array; readonly keys: readonly TrustedKey[] } | undefined;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly validation: ValidationResult;
  /** Null when one of the four data files is missing. */
  readonly contentDigest: string | null;
  /** Null without a manifest. */
  readonly manifestSha256: string | null;
  readonly signature: 'verified' | 'invalid' | 'absent';
  /** Violations that are not rules of the contract: the signature, an object that is too large. */
  readonly findings: readonly Refusal[];
}

/** Judges a release on its own: every violation of release spec §4, and whether a pinned key signed exactly these bytes. */
export function verifyRelease({ files, validation: options, signed }: VerifyReleaseInput): VerifyReport {
  const validation = validateRelease(files, options);
  const manifest = files.get('artifact_manifest.json');
  const identity = {
    contentDigest: RELEASE_FILES.every((name) => name === 'artifact_manifest.json' || files.has(name))
      ? contentDigest(files)
      : null,
    manifestSha256: manifest === undefined ? null : sha256Hex(manifest),
  };
  const fault = signed === undefined ? null : signatureFault(signed, identity, validation.version);
  const signature = signed === undefined ? 'absent' : fault === null ? 'verified' : 'invalid';
  const findings = fault === null ? [] : [{ code: 'SIGNATURE_INVALID', message: fault }];
  return { ok: validation.ok && fault === null, validation, ...identity, signature, findings };
}

/** The five objects below a prefix as far as they are there; one above the size cap is not read, and is a finding. */
export async function loadReleaseFiles(
  objects: ObjectStore,
  prefix: string,
): Promise<{ readonly files: FileBytes; readonly findings: readonly Refusal[] }> {
  const files = new Map<string, Uint8Array>();
  const findings: Refusal[] = [];
  for (const file of RELEASE_FILES) {
    const load = async (): Promise<readonly Refusal[]> => {
      const stored = await objects.get(`${prefix}/${file}`, { maxBytes: MAX_ARTIFACT_BYTES });
      if (stored !== null) files.set(file, stored.bytes);
      return [];
    };
    findings.push(...(await findingsOf(load)));
  }
  return { files, findings };
}

function signatureFault(
  { envelope, keys }: NonNullable<VerifyReleaseInput['signed']>,
  identity: { readonly contentDigest: string | null; readonly manifestSha256: string | null },
  version: string | null,
): string | null {
  const decoded = decodeDsseEnvelope(envelope);
  if (!decoded.ok) return decoded.error.message;
  if (decoded.value.payloadType !== RELEASE_STATEMENT_TYPE) return `the envelope holds ${decoded.value.payloadType}`;
  const bytes = Buffer.from(decoded.value.payload, 'base64');
  const verdicts = decoded.value.signatures.map(({ keyid, sig }) => {
    const alg = keys.find((key) => key.keyId === keyid)?.alg ?? 'unknown';
    return verifyReleaseStatement({ bytes, alg, keyId: keyid, signature: Buffer.from(sig, 'base64') }, keys);
  });
  const verdict = verdicts.find((candidate) => candidate.ok) ?? verdicts[0];
  if (verdict === undefined) return 'the envelope has no signature';
  if (!verdict.ok) return verdict.error.message;
  const { content_digest, manifest_sha256, version: named } = verdict.value;
  const isSame = content_digest === identity.contentDigest && manifest_sha256 === identity.manifestSha256 && named === version;
  return isSame ? null : `the signed statement speaks about other bytes (version ${named}, manifest ${manifest_sha256})`;
}
