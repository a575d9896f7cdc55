import path from 'node:path';
import { invariant } from '../../core/errors.ts';
import { checkObjectName, checkObjectPrefix } from '../../ports/object-name.ts';
import type { Generation, ObjectStat, ObjectStore, StoredObject } from '../../ports/object-store.ts';
import { checkRange, checkSize, sourceGone } from '../object-checks.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { listObjectNames } from './folder-listing.ts';
import { type Extent, type FoundObject, findObject, lockedLook } from './folder-object.ts';
import { folderWriter } from './folder-writer.ts';

export interface FolderObjectStoreOptions {
  /** Folder of the store; made by the first write. */
  readonly root: string;
  /** Flush each step to the disk before the next, so that a power cut is as harmless as a kill. Default true. */
  readonly durable?: boolean;
  /** File operations to use. Default `node:fs`. */
  readonly fileSystem?: FileSystem;
}

/**
 * A folder as ObjectStore, safe between processes of one machine (not on network file systems without locks).
 *
 *   <root>/current/live_pool.json                    the content, an ordinary file
 *   <root>/.meta/records/current/.live_pool.json.json  generation, digest, type, metadata (`ObjectRecord`)
 *   <root>/.meta/content.tmp, record.tmp             staged by the one writer; left over only by a crash, then overwritten
 *   <root>/.meta/lock.sqlite                         the writers' lock, empty
 *
 * A write stages the content, writes the record with `current` and `next`, renames the content into its place (the commit) and
 * writes the record with the new `current` alone. Which of two versions is there is told by the content's SHA-256, so whatever
 * step is the last one, an object is old or new, never torn. Equal bytes cannot tell: then the record's rename is the commit.
 * A removal commits with the unlink; the record stays and keeps generations rising.
 *
 * A file put or changed by hand is an object without metadata whose generation begins with `foreign-`: what was recorded about
 * it no longer answers to its generation. Superseded generations are not kept. All work is synchronous inside the calls;
 * a writer waits up to ten seconds for another process's.
 * Errors: STORE_READ_ONLY, STORE_UNAVAILABLE (disk full, lock), STORE_CORRUPT (a record), OBJECT_NAME_INVALID.
 */
export function folderObjectStore(options: FolderObjectStoreOptions): ObjectStore {
  const { durable = true, fileSystem: fs = nodeFileSystem } = options;
  invariant(options.root !== '', 'a folder store needs a folder');
  const root = path.resolve(options.root);
  const writer = folderWriter(fs, root, durable);
  const find = (name: string, extent: Extent, generation?: Generation): FoundObject | null => {
    checkObjectName(name);
    return ofGeneration(findObject(fs, root, name, extent, writer.whileLocked), generation);
  };

  return {
    get: async (name, { generation, maxBytes } = {}) => {
      if (maxBytes !== undefined) checkSize(find(name, 'stat', generation)?.stat ?? null, maxBytes);
      const object = storedObject(find(name, 'all', generation));
      checkSize(object?.stat ?? null, maxBytes);
      return object;
    },
    getRange: async (name, start, end, { generation } = {}) => {
      checkRange(name, start, end);
      return find(name, { start, end }, generation)?.bytes ?? null;
    },
    stat: async (name) => find(name, 'stat')?.stat ?? null,
    list: async (prefix) => {
      checkObjectPrefix(prefix);
      const stats = listObjectNames(fs, root, prefix).map((name) => find(name, 'stat')?.stat ?? null);
      return stats.filter((stat): stat is ObjectStat => stat !== null);
    },
    put: async (name, bytes, put) => {
      checkObjectName(name);
      return writer.whileLocked(() => writer.put(name, bytes, put));
    },
    copy: async (source, target, put) => {
      checkObjectName(source.name);
      checkObjectName(target);
      return writer.whileLocked(() => {
        const found = storedObject(ofGeneration(lockedLook(fs, root, source.name, 'all'), source.generation));
        if (found === null) throw sourceGone(source);
        return writer.put(target, found.bytes, put);
      });
    },
    delete: async (name, { ifGenerationMatch }) => {
      checkObjectName(name);
      return writer.whileLocked(() => writer.remove(name, ifGenerationMatch));
    },
  };
}

function ofGeneration(found: FoundObject, generation: Generation | undefined): FoundObject | null {
  if (found.stat === null || (generation !== undefined && found.stat.generation !== generation)) return null;
  return found;
}

function storedObject(found: FoundObject | null): StoredObject | null {
  if (found === null || found.stat === null || found.bytes === null) return null;
  return { stat: found.stat, bytes: found.bytes };
}
