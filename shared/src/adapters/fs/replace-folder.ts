import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { LivepoolError } from '../../core/errors.ts';
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
    for (const [path, bytes] of files) writeFile(join(fresh, path), bytes);
    chmodSync(fresh, 0o755);
    takePlace(fresh, target, previous);
  } catch (error) {
    throw error instanceof LivepoolError ? error : notWritable(target, error);
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

function writeFile(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(file, 'wx', 0o644);
  try {
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(handle, bytes, offset);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function notWritable(folder: string, error: unknown): LivepoolError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  const remedy = code === 'ENOSPC' ? 'free some space' : 'choose a folder that can be written';
  return new LivepoolError('OUTPUT_NOT_WRITABLE', 'terminal', `cannot write ${folder} (${code})`, { folder, remedy }, error);
}
