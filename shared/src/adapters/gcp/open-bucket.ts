import type { ObjectStore } from '../../ports/object-store.ts';
import type { CallTiming } from './bounded-attempts.ts';
import { gcsObjectStore } from './object-store.ts';

/** A bucket, or one at the stand-in that the configuration names; nothing is loaded before the first call. */
export function openBucket(
  config: { readonly PIPELINE_STORAGE_ENDPOINT?: string | undefined },
  bucket: string,
  timing: CallTiming,
): ObjectStore {
  const apiEndpoint = config.PIPELINE_STORAGE_ENDPOINT;
  return gcsObjectStore({ bucket, ...timing, ...(apiEndpoint === undefined ? {} : { apiEndpoint }) });
}
