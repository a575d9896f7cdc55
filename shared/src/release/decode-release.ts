import { type FileBytes, MANIFEST_FILE } from '../contracts/artifact-files.ts';
import { type ArtifactManifest, artifactManifestSchema } from '../contracts/artifact-manifest.ts';
import { decodeContract } from '../contracts/decode.ts';
import { type LivePool, livePoolSchema } from '../contracts/live-pool.ts';
import { LivepoolError } from '../core/errors.ts';
import type { Refusal, Result } from '../core/result.ts';
import { fromUtf8 } from '../core/text-bytes.ts';
import { requireFile } from './digests.ts';

/** What documents say about a release, read from its bytes. */
export interface DecodedRelease {
  readonly pool: LivePool;
  readonly manifest: ArtifactManifest;
  /** Exact text of live_pool_legacy.json. */
  readonly legacyText: string;
}

/** Manifest of stored bytes, or the refusal DOCUMENT_UNREADABLE. */
export function decodeManifest(bytes: Uint8Array): Result<ArtifactManifest, Refusal> {
  return decodeContract(artifactManifestSchema, bytes, MANIFEST_FILE);
}

/**
 * Contents of files that validation has accepted already. LivepoolError DOCUMENT_UNREADABLE (terminal) when they cannot be read
 * after all: nothing may then be written about them.
 */
export function decodeRelease(files: FileBytes): DecodedRelease {
  const pool = decodeContract(livePoolSchema, requireFile(files, 'live_pool.json'), 'live_pool.json');
  const manifest = decodeManifest(requireFile(files, MANIFEST_FILE));
  const legacyText = fromUtf8(requireFile(files, 'live_pool_legacy.json'));
  if (!pool.ok) throw unreadable(pool.error);
  if (!manifest.ok) throw unreadable(manifest.error);
  if (legacyText === undefined)
    throw unreadable({ code: 'DOCUMENT_UNREADABLE', message: 'live_pool_legacy.json is not valid UTF-8' });
  return { pool: pool.value, manifest: manifest.value, legacyText };
}

function unreadable(refusal: Refusal): LivepoolError {
  return new LivepoolError('DOCUMENT_UNREADABLE', 'terminal', refusal.message, refusal.details);
}
