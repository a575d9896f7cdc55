import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { outputNotWritable, writeDurably } from './durable-file.ts';
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
    for (const [name, content] of files)
      writeDurably(join(scratch, name), typeof content === 'string' ? new TextEncoder().encode(content) : content);
    for (const name of files.keys()) renameSync(join(scratch, name), join(target, name));
  } catch (error) {
    throw outputNotWritable(target, error);
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  }
}
