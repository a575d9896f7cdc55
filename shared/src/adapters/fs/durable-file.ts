import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { LivepoolError } from '../../core/errors.ts';

/** Writes a file that must not exist yet, and returns when its bytes are on the disk. */
export function writeDurably(file: string, bytes: Uint8Array): void {
  const handle = openSync(file, 'wx', 0o644);
  try {
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(handle, bytes, offset);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** OUTPUT_NOT_WRITABLE for a folder that the system refused to write, with the remedy for its reason. */
export function outputNotWritable(folder: string, error: unknown): LivepoolError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  const remedy = code === 'ENOSPC' ? 'free some space' : 'choose a folder that can be written';
  return new LivepoolError('OUTPUT_NOT_WRITABLE', 'terminal', `cannot write ${folder} (${code})`, { folder, remedy }, error);
}
