import { LivepoolError } from '../../core/errors.ts';
import type { ObjectStat, PutOptions } from '../../ports/object-store.ts';

/** An object resource of the JSON API, as far as we read it. */
export interface StorageResource {
  readonly stat: ObjectStat;
  /** Base64; absent only for objects composed by others. */
  readonly crc32c: string | undefined;
}

/** Reads an object resource; 64-bit integers come as texts. A resource without name, generation or size is STORE_UNAVAILABLE. */
export function parseResource(body: unknown): StorageResource {
  const resource = (body ?? {}) as Readonly<Record<string, unknown>>;
  const { name, generation, size, contentType, metadata, crc32c } = resource;
  const isWhole = typeof name === 'string' && isDigits(generation) && isDigits(size);
  if (!isWhole) {
    const text = JSON.stringify(body)?.slice(0, 200);
    throw new LivepoolError('STORE_UNAVAILABLE', 'transient', `Cloud Storage answered with no object resource: ${text}`);
  }
  const stat = Object.freeze({
    name,
    generation,
    size: Number(size),
    contentType: typeof contentType === 'string' ? contentType : '',
    metadata: Object.freeze({ ...(metadata as Record<string, string> | undefined) }),
  });
  return { stat, crc32c: typeof crc32c === 'string' ? crc32c : undefined };
}

/** The writable half of a resource: everything a reader later sees, and nothing inherited from a copy's source. */
export function resourceOf(options: PutOptions): Record<string, unknown> {
  const { contentType, cacheControl, metadata } = options;
  return {
    contentType,
    ...(cacheControl === undefined ? {} : { cacheControl }),
    ...(metadata === undefined ? {} : { metadata: { ...metadata } }),
  };
}

function isDigits(value: unknown): value is string {
  return typeof value === 'string' && /^\d+$/.test(value);
}
