import {
  DATA_FILES,
  type FileBytes,
  MANIFEST_FILE,
  MAX_ARTIFACT_BYTES,
  type ReleaseFile,
} from '../../contracts/artifact-files.ts';
import type { ArtifactManifest } from '../../contracts/artifact-manifest.ts';
import type { ReleaseStatement } from '../../contracts/release-statement.ts';
import { LivepoolError } from '../../core/errors.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { decodeManifest } from '../decode-release.ts';
import { requireFile } from '../digests.ts';
import { type ReleaseLayout, releaseObject } from '../layout.ts';
import { decodePool, filesRejected } from './pool-file.ts';
import type { VerifiedSummary } from './verify-summary.ts';

/**
 * Step 2 of the reference reader (release spec §9): the five files of a verified pointer, from the **versioned** objects, the manifest by
 * the signed digest and each file by the manifest's, each below the size cap, the pool in them the signed one. Never assembled from
 * `current/`.
 */
export async function readReleaseFiles(
  deps: { readonly objects: ObjectStore; readonly layout: ReleaseLayout },
  { release }: VerifiedSummary,
): Promise<Result<FileBytes, Refusal>> {
  const at = (file: ReleaseFile): string => releaseObject(deps.layout, release.version, file);
  const manifestBytes = await fetchByHash(deps.objects, at(MANIFEST_FILE), release.manifest_sha256);
  if (!manifestBytes.ok) return manifestBytes;
  const manifest = decodeManifest(manifestBytes.value);
  if (!manifest.ok) return err(filesRejected(manifest.error.message));
  if (manifest.value.version !== release.version) return err(filesRejected('the manifest belongs to another version'));
  const files = new Map<string, Uint8Array>();
  for (const file of DATA_FILES) {
    const bytes = await fetchByHash(deps.objects, at(file), digestInManifest(manifest.value, file));
    if (!bytes.ok) return bytes;
    files.set(file, bytes.value);
  }
  const other = otherPool(files, release);
  return other === undefined ? ok(files.set(MANIFEST_FILE, manifestBytes.value)) : err(other);
}

/** SHA-256 that a manifest binds a data file to; no file has the empty one. */
export function digestInManifest({ artifacts }: ArtifactManifest, file: string): string {
  return Object.values(artifacts).find((entry) => entry.path === file)?.sha256 ?? '';
}

/** Right digests over a pool that nobody signed mean a broken publisher; a reader would trade by that file. */
function otherPool(files: FileBytes, { version, symbols }: ReleaseStatement): Refusal | undefined {
  for (const file of ['live_pool.json', 'live_pool_legacy.json']) {
    const pool = decodePool(requireFile(files, file));
    if (!pool.ok) return filesRejected(`${file}: ${pool.error.message}`);
    const isSigned = pool.value.version === version && pool.value.symbols.join() === symbols.join();
    if (!isSigned) return filesRejected(`${file} holds another pool than the signed one`);
  }
  return undefined;
}

async function fetchByHash(objects: ObjectStore, name: string, sha256: string): Promise<Result<Uint8Array, Refusal>> {
  const stored = await fetchCapped(objects, name);
  if (!stored.ok) return stored;
  const found = sha256Hex(stored.value.bytes);
  return found === sha256 ? ok(stored.value.bytes) : err(filesRejected(`${name} has SHA-256 ${found}, signed is ${sha256}`));
}

/** An object below the size cap with its generation; absence and excess are refusals. */
export async function fetchCapped(
  objects: ObjectStore,
  name: string,
): Promise<Result<{ readonly bytes: Uint8Array; readonly generation: string }, Refusal>> {
  try {
    const stored = await objects.get(name, { maxBytes: MAX_ARTIFACT_BYTES });
    if (stored === null) return err(filesRejected(`${name} is missing`));
    return ok({ bytes: stored.bytes, generation: stored.stat.generation });
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.code !== 'INPUT_TOO_LARGE') throw error;
    return err(filesRejected(error.message));
  }
}
