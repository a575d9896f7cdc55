import { type FileBytes, MAX_ARTIFACT_BYTES, RELEASE_FILES, type ReleaseFile } from '../contracts/artifact-files.ts';
import { checkContract } from '../contracts/decode.ts';
import { DOCUMENT_PATHS } from '../contracts/names.ts';
import { type ReleaseRegistryEntry, releaseRegistrySchema } from '../contracts/release-registry.ts';
import type { ReleaseStatement } from '../contracts/release-statement.ts';
import { LivepoolError } from '../core/errors.ts';
import type { Refusal } from '../core/result.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { contentDigest } from './digests.ts';
import { type ReleaseLayout, releaseObject } from './layout.ts';
import type { ReleaseReadDeps } from './release-deps.ts';
import { type SignedStatement, type TrustedKey, verifyReleaseStatement } from './statements.ts';

/** A version that may be pointed at: sealed, signed by a pinned key, all five objects read by generation and equal to the seal. */
export interface SealedRelease {
  readonly version: string;
  /** The registry's, with the generations that were read: those of restored objects are other than the sealed ones. */
  readonly entry: ReleaseRegistryEntry;
  readonly statement: ReleaseStatement;
  readonly signed: SignedStatement;
  readonly files: FileBytes;
}

/** Registry entry of a version; null when it is not sealed, STORE_CORRUPT when it is unreadable. */
export async function readRegistry(documents: Pick<DocumentStore, 'get'>, version: string): Promise<ReleaseRegistryEntry | null> {
  const path = DOCUMENT_PATHS.release(version);
  const data = await documents.get(path);
  if (data === null) return null;
  const entry = checkContract(releaseRegistrySchema, data, path);
  if (entry.ok) return entry.value;
  throw new LivepoolError('STORE_CORRUPT', 'terminal', entry.error.message, entry.error.details);
}

/** The release to switch to, checked before any intent: NOT_SEALED, SIGNATURE_INVALID or READBACK_MISMATCH stop the act. */
export async function loadSealed(deps: ReleaseReadDeps, version: string): Promise<SealedRelease> {
  const entry = await readRegistry(deps.documents, version);
  if (entry === null) {
    const { code, message, details } = notSealed(version);
    throw new LivepoolError(code, 'terminal', message, details);
  }
  const { statement, signed } = checkSeal(version, entry, deps.trustedKeys);
  const standing = await readSealedFiles(deps, version, entry);
  const bytes = RELEASE_FILES.map((file) => [file, standing[file].bytes] as const);
  const files = { ...entry.files };
  for (const file of RELEASE_FILES) files[file] = { ...files[file], generation: standing[file].generation };
  return { version, entry: { ...entry, files }, statement, signed, files: new Map(bytes) };
}

/** NOT_SEALED: nothing may point at the version. */
export function notSealed(version: string): Refusal {
  return { code: 'NOT_SEALED', message: `version ${version} is not sealed; see livepool release list`, details: { version } };
}

/** The signed statement of a registry entry, if it speaks about exactly this version and these digests. */
export function checkSeal(version: string, entry: ReleaseRegistryEntry, keys: readonly TrustedKey[]) {
  const signed: SignedStatement = {
    bytes: Buffer.from(entry.release_statement, 'base64'),
    signature: Buffer.from(entry.release_sig, 'base64'),
    keyId: entry.key_id,
    alg: keys.find((key) => key.keyId === entry.key_id)?.alg ?? 'unknown',
  };
  const statement = verifyReleaseStatement(signed, keys);
  if (!statement.ok) throw signatureInvalid(version, statement.error.message);
  const { version: named, manifest_sha256, content_digest } = statement.value;
  if (named !== version || manifest_sha256 !== entry.manifest_sha256 || content_digest !== entry.content_digest) {
    throw signatureInvalid(version, 'the signed statement speaks about other bytes than the registry');
  }
  return { statement: statement.value, signed };
}

/** All five objects, equal to the seal. */
async function readSealedFiles(
  deps: ReleaseReadDeps,
  version: string,
  entry: ReleaseRegistryEntry,
): Promise<Readonly<Record<ReleaseFile, StandingFile>>> {
  const found = new Map<ReleaseFile, StandingFile>();
  for (const file of RELEASE_FILES) found.set(file, await readStandingFile(deps, version, file, entry.files[file]));
  const bytes = new Map([...found].map(([file, standing]) => [file, standing.bytes]));
  if (contentDigest(bytes) === entry.content_digest && entry.files['artifact_manifest.json'].sha256 === entry.manifest_sha256) {
    return Object.fromEntries(found) as Record<ReleaseFile, StandingFile>;
  }
  throw new LivepoolError('READBACK_MISMATCH', 'terminal', `the registry entry of ${version} contradicts itself`, { version });
}

/** An object of a release as it stands. */
export interface StandingFile {
  readonly bytes: Uint8Array;
  readonly generation: string;
}

/**
 * One object of a sealed release: at its sealed generation or, where that is gone, what has its name now. A restored object and one
 * that was copied into another bucket are new generations; that they are the sealed bytes is shown by the digest, which is signed.
 */
export async function readStandingFile(
  deps: { readonly objects: ObjectStore; readonly layout: ReleaseLayout },
  version: string,
  file: ReleaseFile,
  sealed: { readonly sha256: string; readonly generation: string },
): Promise<StandingFile> {
  const { objects, layout } = deps;
  const name = releaseObject(layout, version, file);
  const stored = await objects.get(name, { generation: sealed.generation, maxBytes: MAX_ARTIFACT_BYTES });
  if (stored !== null && sha256Hex(stored.bytes) === sealed.sha256) return { bytes: stored.bytes, generation: sealed.generation };
  const live = stored === null ? await objects.stat(name) : null;
  if (live === null || live.size > MAX_ARTIFACT_BYTES) throw await sealBroken(objects, name, sealed, stored);
  const restored = await objects.get(name, { generation: live.generation, maxBytes: MAX_ARTIFACT_BYTES });
  if (restored !== null && sha256Hex(restored.bytes) === sealed.sha256)
    return { bytes: restored.bytes, generation: live.generation };
  throw await sealBroken(objects, name, sealed, stored);
}

/** Bytes of one object by generation; READBACK_MISMATCH when it is gone, too large, or has another digest. */
export async function readSealedFile(
  { objects, layout }: { readonly objects: ObjectStore; readonly layout: ReleaseLayout },
  version: string,
  file: ReleaseFile,
  sealed: { readonly sha256: string; readonly generation: string },
): Promise<Uint8Array> {
  const name = releaseObject(layout, version, file);
  const stored = await objects.get(name, { generation: sealed.generation, maxBytes: MAX_ARTIFACT_BYTES });
  if (stored !== null && sha256Hex(stored.bytes) === sealed.sha256) return stored.bytes;
  throw await sealBroken(objects, name, sealed, stored);
}

async function sealBroken(
  objects: ObjectStore,
  name: string,
  sealed: { readonly sha256: string; readonly generation: string },
  stored: { readonly bytes: Uint8Array } | null,
): Promise<LivepoolError> {
  const found = stored === null ? await foundInstead(objects, name) : `SHA-256 ${sha256Hex(stored.bytes)}`;
  return new LivepoolError(
    'READBACK_MISMATCH',
    'terminal',
    `${name} at generation ${sealed.generation} should have SHA-256 ${sealed.sha256}, found ${found}; restore the object`,
    { name, generation: sealed.generation, expected: sealed.sha256, found },
  );
}

/** What stands where a sealed generation is gone: nothing, or what somebody put in its place. */
async function foundInstead(objects: ObjectStore, name: string): Promise<string> {
  const stat = await objects.stat(name);
  if (stat === null) return 'nothing: it was deleted';
  const stored = stat.size > MAX_ARTIFACT_BYTES ? null : await objects.get(name, { generation: stat.generation });
  const content = stored === null ? `${stat.size} bytes` : `SHA-256 ${sha256Hex(stored.bytes)}`;
  return `another object in its place (generation ${stat.generation}, ${content}): it was replaced or edited`;
}

function signatureInvalid(version: string, why: string): LivepoolError {
  return new LivepoolError('SIGNATURE_INVALID', 'terminal', `release ${version} cannot be used: ${why}`, { version });
}
