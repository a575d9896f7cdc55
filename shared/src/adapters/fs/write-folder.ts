import { closeSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LivepoolError } from '../../core/errors.ts';
import { nodeFileSystem } from './file-system.ts';
import { makeFolders } from './make-folders.ts';

/**
 * Writes files into a folder so that a reader, a full disk or a kill never sees a half-written one: all of them go to a hidden
 * folder beside the target first, then are renamed in the order given (put the manifest last). Fails with OUTPUT_NOT_WRITABLE;
 * the target then holds whole old files or whole new ones.
 */
export function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array | string>): void {
  const target = resolve(folder);
  let scratch: string | undefined;
  try {
    makeFolders(nodeFileSystem, target);
    scratch = mkdtempSync(join(dirname(target), '.livepool-write-'));
    for (const [name, content] of files) writeDurably(join(scratch, name), content);
    for (const name of files.keys()) renameSync(join(scratch, name), join(target, name));
  } catch (error) {
    throw notWritable(target, error);
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  }
}

function writeDurably(file: string, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
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
