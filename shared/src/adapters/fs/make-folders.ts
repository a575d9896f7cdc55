import nodeFs from 'node:fs';
import path from 'node:path';
import { errnoOf, type FileSystem } from './file-system.ts';
import { changing } from './folder-error.ts';

/**
 * Makes a folder and those above it, one at a time, and returns the topmost one that was new. Node's own recursive mkdir never
 * returns where the system answers "no such file" for a name in a folder that exists, as /proc does; this one fails with ENOENT.
 */
export function makeFolders(fs: Pick<FileSystem, 'mkdirSync'>, folder: string, mode?: number): string | undefined {
  const [made, code] = makeOne(fs, folder, mode);
  if (made) return folder;
  if (code === 'EEXIST') return undefined;
  const first = makeFolders(fs, path.dirname(folder), mode);
  const [isLast, again, error] = makeOne(fs, folder, mode);
  if (!isLast && again !== 'EEXIST') throw error;
  return first ?? folder;
}

/** Makes a folder of this machine and those above it; STORE_READ_ONLY or STORE_UNAVAILABLE, with the folder and the remedy, when it cannot. */
export function makeLocalFolder(folder: string): void {
  changing(folder, () => makeFolders(nodeFs, folder));
}

/** Whether the folder is new; else why not. Anything but "is there" and "its parent is not" is thrown. */
function makeOne(
  fs: Pick<FileSystem, 'mkdirSync'>,
  folder: string,
  mode: number | undefined,
): readonly [boolean, string | undefined, unknown] {
  try {
    fs.mkdirSync(folder, { mode });
    return [true, undefined, undefined];
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST' || (code === 'ENOENT' && path.dirname(folder) !== folder)) return [false, code, error];
    throw error;
  }
}
