import path from 'node:path';
import { sha256Hex } from '../../core/sha256.ts';
import { ABSENT, type Generation, type ObjectStat, type PutOptions, type WriteOutcome } from '../../ports/object-store.ts';
import { type AtomicFiles, atomicFiles } from './atomic-file.ts';
import { errnoOf, type FileSystem } from './file-system.ts';
import { changing } from './folder-error.ts';
import { withFolderLock } from './folder-lock.ts';
import { contentFile, type FoundObject, lockedLook, META, recordFile } from './folder-object.ts';
import { encodeRecord, type ObjectRecord, type ObjectVersion } from './object-record.ts';

export interface FolderWriter {
  /** Runs a step while no other process or call writes to this folder. */
  readonly whileLocked: <T>(run: () => T) => T;
  /** Conditional write; the caller holds the lock. */
  put(name: string, bytes: Uint8Array, options: PutOptions): WriteOutcome;
  /** Conditional removal; the caller holds the lock. */
  remove(name: string, ifGenerationMatch: Generation): boolean;
}

/** The writing half of the folder store; the order of its steps is explained at `folderObjectStore`. */
export function folderWriter(fs: FileSystem, root: string, durable: boolean): FolderWriter {
  const files = atomicFiles(fs, durable);
  const look = (name: string): FoundObject => lockedLook(fs, root, name, 'stat');
  return {
    whileLocked: (run) => {
      const meta = path.join(root, META);
      changing(root, () => files.makeFolder(meta));
      const lockFile = path.join(meta, 'lock.sqlite');
      return changing(lockFile, () => withFolderLock(fs, lockFile, run));
    },
    put: (name, bytes, options) => {
      const found = look(name);
      if ((found.stat?.generation ?? ABSENT) !== options.ifGenerationMatch) return { written: false, current: found.stat };
      const version = changing(contentFile(root, name), () => replace(files, root, name, found, bytes, options));
      return { written: true, stat: statOf(name, version) };
    },
    remove: (name, ifGenerationMatch) => {
      const found = look(name);
      if (found.stat === null || found.stat.generation !== ifGenerationMatch) return false;
      changing(contentFile(root, name), () => removeContent(fs, files, root, name, found));
      return true;
    },
  };
}

function replace(
  files: AtomicFiles,
  root: string,
  name: string,
  found: FoundObject,
  bytes: Uint8Array,
  options: PutOptions,
): ObjectVersion {
  const file = contentFile(root, name);
  const staged = path.join(root, META, 'content.tmp');
  const lastGeneration = (found.record?.last_generation ?? 0) + 1;
  files.makeFolder(path.dirname(file));
  return files.stage(staged, bytes, (mtimeNs) => {
    const version = versionOf(bytes, options, lastGeneration, mtimeNs);
    const record = { name, last_generation: lastGeneration, current: version, next: null };
    // Bytes that are there already cannot tell old from new: then the record itself is the commit.
    const isSame = found.version?.sha256 === version.sha256;
    if (!isSame) writeRecord(files, root, { ...record, current: found.version, next: version });
    files.commit(staged, file);
    if (isSame) writeRecord(files, root, record);
    else tidy(() => writeRecord(files, root, record));
    return version;
  });
}

function removeContent(fs: FileSystem, files: AtomicFiles, root: string, name: string, found: FoundObject): void {
  const file = contentFile(root, name);
  files.remove(file);
  tidy(() => {
    if (found.record !== null) writeRecord(files, root, { ...found.record, current: null, next: null });
    removeEmptyFolders(fs, root, path.dirname(file));
  });
}

function writeRecord(files: AtomicFiles, root: string, record: ObjectRecord): void {
  const file = recordFile(root, record.name);
  const staged = path.join(root, META, 'record.tmp');
  files.makeFolder(path.dirname(file));
  files.stage(staged, encodeRecord(record), () => files.commit(staged, file));
}

/** Work after the commit: readers and the next writer manage without it, so its failure is not the write's. */
function tidy(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/** An empty folder would keep its name from becoming an object. */
function removeEmptyFolders(fs: FileSystem, root: string, folder: string): void {
  for (let empty = folder; empty !== root; empty = path.dirname(empty)) fs.rmdirSync(empty);
}

function versionOf(bytes: Uint8Array, options: PutOptions, generation: number, mtimeNs: string): ObjectVersion {
  return {
    generation,
    sha256: sha256Hex(bytes),
    size: bytes.byteLength,
    mtime_ns: mtimeNs,
    content_type: options.contentType,
    ...(options.cacheControl === undefined ? {} : { cache_control: options.cacheControl }),
    metadata: { ...options.metadata },
  };
}

function statOf(name: string, version: ObjectVersion): ObjectStat {
  return {
    name,
    generation: String(version.generation),
    size: version.size,
    contentType: version.content_type,
    metadata: version.metadata,
  };
}
