import { MAX_ARTIFACT_BYTES } from '../../contracts/artifact-files.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { ABSENT, type ObjectStat, type ObjectStore } from '../../ports/object-store.ts';
import { contentTypeOf } from '../layout.ts';

/** The object that a name stands for from now on: mine, or the one that was there before. */
export interface StandingObject {
  readonly stat: ObjectStat;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** Equal to what I wanted to write, whoever wrote it. */
  readonly isMine: boolean;
}

/** Evidence may be larger than an artifact. */
const MAX_OBJECT_BYTES = 64 * MAX_ARTIFACT_BYTES;

/**
 * Creates an object that never changes. When it is there already (another run, or an unacknowledged write of mine), its content is
 * read and compared; it is never replaced.
 */
export async function putOnce(
  objects: ObjectStore,
  name: string,
  bytes: Uint8Array,
  metadata: Readonly<Record<string, string>> = {},
): Promise<StandingObject> {
  const sha256 = sha256Hex(bytes);
  for (;;) {
    const options = { ifGenerationMatch: ABSENT, contentType: contentTypeOf(name), metadata: { sha256, ...metadata } };
    const outcome = await objects.put(name, bytes, options);
    if (outcome.written) return { stat: outcome.stat, bytes, sha256, isMine: true };
    const found = await objects.get(name, { maxBytes: MAX_OBJECT_BYTES });
    // Gone again between the two calls: somebody with the right to delete cleaned up, so it is absent and can be created.
    if (found === null) continue;
    const foundSha256 = sha256Hex(found.bytes);
    return { stat: found.stat, bytes: found.bytes, sha256: foundSha256, isMine: foundSha256 === sha256 };
  }
}
