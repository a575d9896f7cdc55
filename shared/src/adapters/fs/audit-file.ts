import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { outputNotWritable } from './durable-file.ts';
import { makeLocalFolder } from './make-folders.ts';

/** Appends one line of JSON to a file of what operators did, and returns once it is on the disk. OUTPUT_NOT_WRITABLE when it cannot be. */
export function appendAuditLine(path: string, entry: Readonly<Record<string, unknown>>): void {
  const file = resolve(path);
  try {
    makeLocalFolder(dirname(file));
    const handle = openSync(file, 'a', 0o600);
    try {
      writeSync(handle, `${JSON.stringify(entry)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw outputNotWritable(file, error);
  }
}
