/** Version of one object's content; compare for equality only. `'0'` in a precondition means "must not exist". */
export type Generation = string;

export const ABSENT: Generation = '0';

export interface ObjectStat {
  readonly name: string;
  readonly generation: Generation;
  readonly size: number;
  readonly contentType: string;
  /** Custom metadata written with the object, for example `{sha256, version, publish_seq}`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredObject {
  readonly stat: ObjectStat;
  readonly bytes: Uint8Array;
}

export interface PutOptions {
  /** The generation the object must have now: `ABSENT` to create, an observed one to replace. There is no unconditional write. */
  readonly ifGenerationMatch: Generation;
  readonly contentType: string;
  readonly cacheControl?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface CopySource {
  readonly name: string;
  readonly generation: Generation;
}

/** A conditional write either happened or found another generation; `current` is what was found (null = absent). */
export type WriteOutcome =
  | { readonly written: true; readonly stat: ObjectStat }
  | { readonly written: false; readonly current: ObjectStat | null };

/**
 * Named immutable blobs with generations. Laws (test/laws/object-store.ts):
 * every successful write gives the name a new, higher generation · `ABSENT` creates at most once under concurrency · a write with
 * a stale generation changes nothing · one object's write is atomic, readers see all of it or none · reading by generation gives
 * exactly those bytes or null · a copy takes the source generation or fails with OBJECT_SOURCE_GONE (terminal) before it looks at
 * the target · list shows a write as soon as it returned · names are `/`-separated, at most 1024 bytes and 200 a segment, without
 * backslashes, control characters, empty segments and segments that begin with a dot (else OBJECT_NAME_INVALID, `object-name.ts`) ·
 * a lost answer (LivepoolError STORE_UNAVAILABLE, transient) says nothing about whether the write applied.
 */
export interface ObjectStore {
  /** Content and stat, or null when absent (or when that generation is gone). More than `maxBytes` is INPUT_TOO_LARGE. */
  get(name: string, options?: { readonly generation?: Generation; readonly maxBytes?: number }): Promise<StoredObject | null>;
  /** Bytes [start, end) of an object, for readers that must not load whole files; null when absent. */
  getRange(name: string, start: number, end: number, options?: { readonly generation?: Generation }): Promise<Uint8Array | null>;
  stat(name: string): Promise<ObjectStat | null>;
  put(name: string, bytes: Uint8Array, options: PutOptions): Promise<WriteOutcome>;
  copy(source: CopySource, target: string, options: PutOptions): Promise<WriteOutcome>;
  /** Every object whose name starts with `prefix`, ascending by name (UTF-16 code units). */
  list(prefix: string): Promise<readonly ObjectStat[]>;
  delete(name: string, options: { readonly ifGenerationMatch: Generation }): Promise<boolean>;
}
