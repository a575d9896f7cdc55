import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { LivepoolError } from '../../core/errors.ts';
import { outputNotWritable, writeDurably } from './durable-file.ts';
import { nodeFileSystem } from './file-system.ts';
import { makeFolders } from './make-folders.ts';

/**
 * Puts a whole new folder in the place of an old one: the files are written to a fresh folder beside it, which then takes its name,
 * so that the folder holds exactly these files and never a mix of two builds. A kill between the two renames leaves the old
 * folder as `.<name>.previous`; the next call finds and restores it. An existing folder that is neither empty nor holds `marker` is
 * somebody else's: OUTPUT_NOT_WRITABLE, nothing is touched.
 */
export function replaceFolder(folder: string, files: ReadonlyMap<string, Uint8Array>, marker: string): void {
  const target = resolve(folder);
  const parent = dirname(target);
  const previous = join(parent, `.${basename(target)}.previous`);
  let fresh: string | undefined;
  try {
    makeFolders(nodeFileSystem, parent);
    if (!existsSync(target) && existsSync(previous)) renameSync(previous, target);
    requireOurs(target, marker);
    fresh = mkdtempSync(join(parent, `.${basename(target)}-`));
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(fresh, path)), { recursive: true });
      writeDurably(join(fresh, path), bytes);
    }
    chmodSync(fresh, 0o755);
    takePlace(fresh, target, previous);
  } catch (error) {
    throw error instanceof LivepoolError ? error : outputNotWritable(target, error);
  } finally {
    if (fresh !== undefined) rmSync(fresh, { recursive: true, force: true });
  }
}

function requireOurs(target: string, marker: string): void {
  if (!existsSync(target) || existsSync(join(target, marker)) || readdirSync(target).length === 0) return;
  const remedy = 'choose another folder, or move what is in it away';
  const message = `${target} is not empty and has no ${marker}, so it was not made by this command and is not replaced`;
  throw new LivepoolError('OUTPUT_NOT_WRITABLE', 'terminal', message, { folder: target, remedy });
}

function takePlace(fresh: string, target: string, previous: string): void {
  rmSync(previous, { recursive: true, force: true });
  const replaces = existsSync(target);
  if (replaces) renameSync(target, previous);
  try {
    renameSync(fresh, target);
  } catch (error) {
    if (replaces) renameSync(previous, target);
    throw error;
  }
  rmSync(previous, { recursive: true, force: true });
}
