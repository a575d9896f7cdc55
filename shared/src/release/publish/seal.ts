import { type FileBytes, MANIFEST_FILE, RELEASE_FILES, type ReleaseFile } from '../../contracts/artifact-files.ts';
import { DOCUMENT_PATHS, RELEASE_STATEMENT_TYPE } from '../../contracts/names.ts';
import type { ReleaseRegistryEntry, SealedFile } from '../../contracts/release-registry.ts';
import { crc32cBase64 } from '../../core/crc32c.ts';
import { LivepoolError } from '../../core/errors.ts';
import { formatInstantZ } from '../../core/instant.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { decodeRelease } from '../decode-release.ts';
import { contentDigest, requireFile } from '../digests.ts';
import { decodeDsseEnvelope, encodeDsseEnvelope } from '../dsse-envelope.ts';
import { evidenceObject } from '../layout.ts';
import type { ReleaseDeps } from '../release-deps.ts';
import { checkSeal, readRegistry, type SealedRelease } from '../sealed-release.ts';
import { encodeReleaseStatement, frameReleaseStatement, releaseStatementOf } from '../statements.ts';
import { putOnce } from './put-once.ts';
import type { StagedFiles } from './stage.ts';

/** Bytes that were read back and validated, ready to be sealed. */
export interface SealInput {
  readonly runKey: string;
  readonly version: string;
  readonly files: FileBytes;
  readonly staged: StagedFiles;
}

/**
 * Step 6 SEAL: signs the release statement, keeps it as `release.dsse.json`, creates the registry entry. Only now can the version
 * be pointed at. A registry entry over other bytes is VERSION_CONFLICT.
 */
export async function seal(deps: ReleaseDeps, input: SealInput): Promise<SealedRelease> {
  const statement = encodeReleaseStatement(releaseStatementOf(input.files, decodeRelease(input.files).manifest));
  const { keyId, signature } = await signOnce(deps, input.version, statement);
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const entry: ReleaseRegistryEntry = {
    manifest_sha256: sha256Hex(requireFile(input.files, MANIFEST_FILE)),
    content_digest: contentDigest(input.files),
    files: sealedFiles(input),
    release_statement: base64(statement),
    release_sig: base64(signature),
    key_id: keyId,
    run_key: input.runKey,
    sealed_at: formatInstantZ(deps.clock.nowMs()),
    status: 'SEALED',
  };
  const stored = await register(deps, input.version, entry);
  return { version: input.version, entry: stored, ...checkSeal(input.version, stored, deps.trustedKeys), files: input.files };
}

/** Signs, unless an earlier try left its signature: some algorithms never make the same one twice. */
async function signOnce(deps: ReleaseDeps, version: string, statement: Uint8Array) {
  const made = await deps.signer.sign(frameReleaseStatement(statement));
  const envelope = encodeDsseEnvelope(RELEASE_STATEMENT_TYPE, statement, made.keyId, made.bytes);
  const standing = await putOnce(deps.objects, evidenceObject(deps.layout, version, 'release.dsse.json'), envelope);
  if (standing.isMine) return { keyId: made.keyId, signature: made.bytes };
  const stored = decodeDsseEnvelope(standing.bytes);
  const first = stored.ok ? stored.value.signatures[0] : undefined;
  if (!stored.ok || first === undefined || !Buffer.from(stored.value.payload, 'base64').equals(statement)) {
    const message = `${standing.stat.name} holds a statement about other bytes; nothing was changed: a correction takes the next version -rN`;
    throw new LivepoolError('VERSION_CONFLICT', 'terminal', message, { version, stored: standing.sha256 });
  }
  return { keyId: first.keyid, signature: Buffer.from(first.sig, 'base64') };
}

function sealedFiles({ files, staged }: SealInput): Record<ReleaseFile, SealedFile> {
  const sealed = (file: ReleaseFile): SealedFile => {
    const bytes = requireFile(files, file);
    const generation = staged.get(file)?.generation ?? '';
    return { sha256: sha256Hex(bytes), crc32c: crc32cBase64(bytes), size: bytes.length, generation };
  };
  return Object.fromEntries(RELEASE_FILES.map((file) => [file, sealed(file)])) as Record<ReleaseFile, SealedFile>;
}

async function register(deps: ReleaseDeps, version: string, entry: ReleaseRegistryEntry): Promise<ReleaseRegistryEntry> {
  return deps.documents.transaction(async (tx) => {
    const known = await readRegistry(tx, version);
    if (known === null) tx.create(DOCUMENT_PATHS.release(version), entry);
    else requireSameSeal(version, known, entry);
    return known ?? entry;
  });
}

/** Throws VERSION_CONFLICT, with both digests, when a version is sealed over other bytes. */
export function requireSameSeal(
  version: string,
  known: ReleaseRegistryEntry,
  mine: { readonly content_digest: string; readonly manifest_sha256?: string },
): void {
  const sameManifest = mine.manifest_sha256 === undefined || known.manifest_sha256 === mine.manifest_sha256;
  if (known.content_digest === mine.content_digest && sameManifest) return;
  const message = `${version} is sealed with content digest ${known.content_digest}, mine is ${mine.content_digest}; nothing was changed: a correction takes the next version -rN`;
  throw new LivepoolError('VERSION_CONFLICT', 'terminal', message, {
    version,
    stored: known.content_digest,
    wanted: mine.content_digest,
  });
}
