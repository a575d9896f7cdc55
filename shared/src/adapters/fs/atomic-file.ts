import path from 'node:path';
import type { FileSystem } from './file-system.ts';
import { makeFolders } from './make-folders.ts';

/** Steps of a durable write. */
export interface AtomicFiles {
  /**
   * Writes a whole file that nobody reads yet and gives `use` its modification time in ns; when either fails, the file is
   * removed so that half a write cannot fill the disk.
   */
  stage<T>(file: string, bytes: Uint8Array, use: (mtimeNs: string) => T): T;
  /** Moves a staged file into its place, whatever was there: the moment at which readers see it. */
  commit(staged: string, file: string): void;
  remove(file: string): void;
  makeFolder(folder: string): void;
}

/** Without `durable` nothing is flushed: a power cut may lose or tear a file, a killed process still cannot. */
export function atomicFiles(fs: FileSystem, durable: boolean): AtomicFiles {
  const syncFolder = (folder: string): void => {
    // Windows has no handle of a folder to flush.
    if (!durable || process.platform === 'win32') return;
    withFile(fs, folder, 'r', (fd) => fs.fsyncSync(fd));
  };
  const makeFolder = (folder: string): void => {
    const first = makeFolders(fs, folder);
    for (let made = folder; first !== undefined && made.length >= first.length; made = path.dirname(made)) {
      syncFolder(path.dirname(made));
    }
  };
  return {
    makeFolder,
    stage: (file, bytes, use) =>
      orUnlink(fs, file, () => {
        const mtimeNs = withFile(fs, file, 'w', (fd) => {
          for (let done = 0; done < bytes.byteLength; ) done += fs.writeSync(fd, bytes, done);
          if (durable) fs.fsyncSync(fd);
          return String(fs.fstatSync(fd, { bigint: true }).mtimeNs);
        });
        return use(mtimeNs);
      }),
    commit: (staged, file) => {
      fs.renameSync(staged, file);
      syncFolder(path.dirname(file));
    },
    remove: (file) => {
      fs.unlinkSync(file);
      syncFolder(path.dirname(file));
    },
  };
}

/** Opens a file, gives its descriptor to `use` and closes it in every case. */
export function withFile<T>(fs: FileSystem, file: string, flags: string | number, use: (fd: number) => T): T {
  const fd = fs.openSync(file, flags);
  try {
    return use(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Bytes [start, end) of an open file; fewer when the file ends before. */
export function readBytes(fs: FileSystem, fd: number, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, end - start));
  let done = 0;
  while (done < bytes.byteLength) {
    const count = fs.readSync(fd, bytes, done, bytes.byteLength - done, start + done);
    if (count === 0) return bytes.subarray(0, done);
    done += count;
  }
  return bytes;
}

function orUnlink<T>(fs: FileSystem, staged: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    try {
      fs.unlinkSync(staged);
    } catch {
      // It was never there, or is in its place already, or the next write truncates it.
    }
    throw error;
  }
}
