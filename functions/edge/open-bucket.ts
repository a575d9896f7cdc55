import type { CallTiming } from '#shared/adapters/gcp/bounded-attempts.ts';
import { gcsObjectStore } from '#shared/adapters/gcp/object-store.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';

/** A bucket, or one at the stand-in that the configuration names; nothing is loaded before the first call. */
export function openBucket(
  config: { readonly PIPELINE_STORAGE_ENDPOINT?: string | undefined },
  bucket: string,
  timing: CallTiming,
): ObjectStore {
  const apiEndpoint = config.PIPELINE_STORAGE_ENDPOINT;
  return gcsObjectStore({ bucket, ...timing, ...(apiEndpoint === undefined ? {} : { apiEndpoint }) });
}
