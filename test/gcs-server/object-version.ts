import { createHash } from 'node:crypto';
import { crc32cBase64 } from '#shared/core/crc32c.ts';
import { ApiError } from './api-message.ts';

/** What a writer may say about an object; the rest is computed. */
export interface WritableMetadata {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** A version that is retained cannot be removed for good. */
  readonly retention?: Readonly<Record<string, unknown>>;
}

/** One generation of one object. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly name: string;
  /** Decimal digits, as in the API. */
  readonly generation: string;
  readonly metageneration: number;
  readonly bytes: Buffer;
  readonly md5Hash: string;
  readonly crc32c: string;
  readonly writable: WritableMetadata;
  readonly timeCreatedMs: number;
  /** When it stopped being the live version; undefined while it is live. */
  readonly timeDeletedMs?: number;
}

const TEXT_FIELDS = ['contentType', 'cacheControl', 'contentEncoding', 'contentDisposition', 'contentLanguage'] as const;

/** The writable part of a JSON resource; fields of other names are ignored, as the API does. */
export function writableFrom(resource: Readonly<Record<string, unknown>>): WritableMetadata {
  const texts = TEXT_FIELDS.flatMap((field) => (typeof resource[field] === 'string' ? [[field, resource[field]]] : []));
  const { metadata: custom, retention } = resource;
  return {
    ...Object.fromEntries(texts),
    ...(isRecord(custom) ? { metadata: textsOf(custom) } : {}),
    ...(isRecord(retention) ? { retention } : {}),
  };
}

/** A resource changed by a PATCH body: null removes a field or a custom entry, what is not named stays. */
export function patchedWritable(before: WritableMetadata, patch: Readonly<Record<string, unknown>>): WritableMetadata {
  const merged: Record<string, unknown> = { ...before, ...patch };
  if (isRecord(patch.metadata)) merged.metadata = { ...before.metadata, ...patch.metadata };
  return writableFrom(merged);
}

/** Refuses bytes that do not have the hashes their sender declared. */
export function checkDeclaredHashes(declared: Readonly<Record<string, unknown>>, bytes: Buffer): void {
  const computed = hashesOf(bytes);
  for (const [field, label] of [
    ['md5Hash', 'MD5'],
    ['crc32c', 'CRC32C'],
  ] as const) {
    if (declared[field] === undefined || declared[field] === computed[field]) continue;
    const message = `Provided ${label} hash ${JSON.stringify(declared[field])} doesn't match calculated ${label} hash "${computed[field]}".`;
    throw new ApiError(400, 'invalid', message);
  }
}

export function hashesOf(bytes: Buffer): { readonly md5Hash: string; readonly crc32c: string } {
  return { md5Hash: createHash('md5').update(bytes).digest('base64'), crc32c: crc32cBase64(bytes) };
}

/** The object resource of the JSON API: 64-bit integers are texts. */
export function objectResource(version: ObjectVersion): Readonly<Record<string, unknown>> {
  const { bucket, name, generation, metageneration, timeCreatedMs, timeDeletedMs } = version;
  const created = new Date(timeCreatedMs).toISOString();
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `https://www.googleapis.com/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`,
    name,
    bucket,
    generation,
    metageneration: String(metageneration),
    ...version.writable,
    storageClass: 'STANDARD',
    size: String(version.bytes.length),
    md5Hash: version.md5Hash,
    crc32c: version.crc32c,
    etag: etagOf(version),
    timeCreated: created,
    updated: created,
    ...(timeDeletedMs === undefined ? {} : { timeDeleted: new Date(timeDeletedMs).toISOString() }),
  };
}

export function etagOf({ generation, metageneration }: ObjectVersion): string {
  return Buffer.from(`${generation}/${metageneration}`).toString('base64');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textsOf(record: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])));
}
