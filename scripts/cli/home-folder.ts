import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, nodeFileSystem } from '#shared/adapters/fs/file-system.ts';
import { changing } from '#shared/adapters/fs/folder-error.ts';
import { makeFolders } from '#shared/adapters/fs/make-folders.ts';
import { LivepoolError } from '#shared/core/errors.ts';

/** Makes the folder of an environment when it is missing; STORE_REFUSED or STORE_READ_ONLY when it cannot be one to write in. */
export function makeHomeFolder(folder: string): void {
  requireFolder(folder);
  changing(folder, () => {
    try {
      makeFolders(nodeFileSystem, folder);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      const message = `no folder can be made at ${folder}; choose another home with --home`;
      throw new LivepoolError('STORE_REFUSED', 'terminal', message, { path: folder }, error);
    }
    accessSync(folder, constants.W_OK);
  });
}

/** Throws STORE_REFUSED when a file stands where the folder, or one above it, has to be. The folder itself may be missing. */
export function requireFolder(folder: string): void {
  if (statSync(nearestExisting(folder)).isDirectory()) return;
  const message = `${folder} cannot be a folder, because a file stands in its place; choose another home with --home`;
  throw new LivepoolError('STORE_REFUSED', 'terminal', message, { path: folder });
}

/** The folder itself, or the nearest one above it that is there. */
export function nearestExisting(path: string): string {
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
  return isThere || dirname(path) === path ? path : nearestExisting(dirname(path));
}
