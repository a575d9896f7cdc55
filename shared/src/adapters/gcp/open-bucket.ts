import { OBJECT_PREFIX, RETAINED_FOLDERS } from '../../contracts/names.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { CallTiming } from './bounded-attempts.ts';
import { gcsObjectStore } from './object-store.ts';

const DAY_MS = 86_400_000;

/**
 * A bucket, or one at the stand-in that the configuration names; nothing is loaded before the first call. With
 * `PIPELINE_RETENTION_DAYS` everything written to a retained folder stays for so long.
 */
export function openBucket(
  config: { readonly PIPELINE_STORAGE_ENDPOINT?: string | undefined; readonly PIPELINE_RETENTION_DAYS?: number | undefined },
  bucket: string,
  timing: CallTiming,
): ObjectStore {
  const { PIPELINE_STORAGE_ENDPOINT: apiEndpoint, PIPELINE_RETENTION_DAYS: days } = config;
  return gcsObjectStore({
    bucket,
    ...timing,
    ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
    ...(days === undefined ? {} : { retainForMs: (name) => (isRetained(name) ? days * DAY_MS : undefined) }),
  });
}

function isRetained(name: string): boolean {
  return RETAINED_FOLDERS.some((folder) => name.startsWith(`${OBJECT_PREFIX}/${folder}/`));
}
