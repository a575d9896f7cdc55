import { z } from 'zod';
import { LivepoolError } from '../../core/errors.ts';

const versionSchema = z.strictObject({
  generation: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
  /** Modification time of the content file in ns: while it and the size are unchanged nobody needs to hash the file. */
  mtime_ns: z.string().regex(/^\d+$/),
  content_type: z.string(),
  cache_control: z.string().optional(),
  metadata: z.record(z.string(), z.string()),
});

const recordSchema = z.strictObject({
  name: z.string(),
  last_generation: z.int().nonnegative(),
  current: versionSchema.nullable(),
  next: versionSchema.nullable(),
});

/** One content of an object, as its record describes it. */
export type ObjectVersion = z.infer<typeof versionSchema>;

/**
 * What a folder keeps beside an object's content. While a write is under way, `next` describes the content that is about to
 * take the place of `current`; the content file itself tells which of them is there.
 */
export type ObjectRecord = z.infer<typeof recordSchema>;

export function encodeRecord(record: ObjectRecord): Uint8Array {
  return Buffer.from(`${JSON.stringify(record, null, 1)}\n`);
}

/** The record of a text; STORE_CORRUPT names the file when it is not one for `name`. */
export function decodeRecord(text: string, name: string, file: string): ObjectRecord {
  const parsed = recordSchema.safeParse(parseJson(text));
  if (parsed.success && parsed.data.name === name) return parsed.data;
  const message = `${file} is not the record of object ${name}: restore it from a copy, or delete it so that the object counts as changed by hand`;
  throw new LivepoolError('STORE_CORRUPT', 'terminal', message, { path: file, name });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
