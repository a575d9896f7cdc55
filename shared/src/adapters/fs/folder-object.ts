import { constants } from 'node:fs';
import path from 'node:path';
import { sha256Hex } from '../../core/sha256.ts';
import type { Generation, ObjectStat } from '../../ports/object-store.ts';
import { readBytes, withFile } from './atomic-file.ts';
import { errnoOf, type FileSystem, unlessAbsent } from './file-system.ts';
import { reading } from './folder-error.ts';
import { decodeRecord, type ObjectRecord, type ObjectVersion } from './object-record.ts';

/** Where a folder keeps what it needs beside the objects; no object name can begin with a dot. */
export const META = '.meta';

/** What one look at an object found: its stat, its record, and the version of the record that its content is, if any. */
export interface FoundObject {
  readonly stat: ObjectStat | null;
  readonly record: ObjectRecord | null;
  readonly version: ObjectVersion | null;
  readonly bytes: Uint8Array | null;
}

/** How much of the content a look needs: `stat` only the fact, `all` the bytes, else bytes [start, end). */
export type Extent = 'stat' | 'all' | { readonly start: number; readonly end: number };

/** Looks that may meet a write under way before the reader asks for the lock. */
const MAX_LOOKS = 50;

const NO_FOLLOW = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

export function contentFile(root: string, name: string): string {
  return path.join(root, ...name.split('/'));
}

/** The leaf begins with a dot, so it cannot meet the folder of an object whose name goes on below this one. */
export function recordFile(root: string, name: string): string {
  const segments = name.split('/');
  const leaf = segments.pop() ?? '';
  return path.join(root, META, 'records', ...segments, `.${leaf}.json`);
}

/**
 * The object as of one moment. A look is good when the record was the same before and after it, since no two records of a name
 * are alike; while writes get in between it is repeated, in the end through `whileLocked`.
 */
export function findObject(
  fs: FileSystem,
  root: string,
  name: string,
  extent: Extent,
  whileLocked: <T>(look: () => T) => T,
): FoundObject {
  for (let look = 0; look < MAX_LOOKS; look++) {
    const found = lookOnce(fs, root, name, extent);
    if (found !== 'disturbed') return found;
  }
  return whileLocked(() => lockedLook(fs, root, name, extent));
}

/** `findObject` for the holder of the lock. */
export function lockedLook(fs: FileSystem, root: string, name: string, extent: Extent): FoundObject {
  for (;;) {
    const found = lookOnce(fs, root, name, extent);
    if (found !== 'disturbed') return found;
  }
}

function lookOnce(fs: FileSystem, root: string, name: string, extent: Extent): FoundObject | 'disturbed' {
  const file = contentFile(root, name);
  const before = recordText(fs, root, name);
  const record = before === null ? null : decodeRecord(before, name, recordFile(root, name));
  const content = reading(file, () =>
    unlessLink(() => withFile(fs, file, NO_FOLLOW, (fd) => lookAtContent(fs, fd, record, extent))),
  );
  if (recordText(fs, root, name) !== before) return 'disturbed';
  if (content === null) return { stat: null, record, version: null, bytes: null };
  return { ...content, record, stat: statOf(name, content) };
}

function recordText(fs: FileSystem, root: string, name: string): string | null {
  const file = recordFile(root, name);
  return reading(file, () =>
    unlessAbsent(() =>
      withFile(fs, file, 'r', (fd) => {
        const bytes = readBytes(fs, fd, 0, Number(fs.fstatSync(fd, { bigint: true }).size));
        return Buffer.from(bytes).toString('utf8');
      }),
    ),
  );
}

interface Content {
  readonly version: ObjectVersion | null;
  readonly bytes: Uint8Array | null;
  readonly size: number;
  /** Generation of a content that no write of this store made. */
  readonly foreign: Generation;
}

function lookAtContent(fs: FileSystem, fd: number, record: ObjectRecord | null, extent: Extent): Content | null {
  const stat = fs.fstatSync(fd, { bigint: true });
  if (!stat.isFile()) return null;
  const size = Number(stat.size);
  const settled = record?.next === null ? record.current : null;
  const isUntouched = settled !== null && settled.size === size && settled.mtime_ns === String(stat.mtimeNs);
  const mustHash = !isUntouched && versionsOf(record).some((version) => version.size === size);
  const whole = extent === 'all' || mustHash ? readBytes(fs, fd, 0, size) : null;
  return {
    version: whole === null ? (isUntouched ? settled : null) : versionWith(record, whole),
    bytes: extentOf(fs, fd, extent, whole, size),
    size,
    foreign: `foreign-${stat.mtimeNs}-${stat.ino}-${size}`,
  };
}

function versionWith(record: ObjectRecord | null, bytes: Uint8Array): ObjectVersion | null {
  const sha256 = sha256Hex(bytes);
  return versionsOf(record).find((version) => version.sha256 === sha256) ?? null;
}

function versionsOf(record: ObjectRecord | null): readonly ObjectVersion[] {
  return [record?.current ?? null, record?.next ?? null].filter((version) => version !== null);
}

function extentOf(fs: FileSystem, fd: number, extent: Extent, whole: Uint8Array | null, size: number): Uint8Array | null {
  if (extent === 'stat') return null;
  if (extent === 'all') return whole;
  return whole?.slice(extent.start, extent.end) ?? readBytes(fs, fd, extent.start, Math.min(extent.end, size));
}

function statOf(name: string, content: Content): ObjectStat {
  const { version, size, foreign } = content;
  return {
    name,
    generation: version === null ? foreign : String(version.generation),
    size,
    contentType: version?.content_type ?? 'application/octet-stream',
    metadata: version?.metadata ?? {},
  };
}

/** A symbolic link is no object: it could lead out of the folder. */
function unlessLink<T>(read: () => T): T | null {
  try {
    return unlessAbsent(read);
  } catch (error) {
    if (errnoOf(error) === 'ELOOP') return null;
    throw error;
  }
}
