import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LastKnownGood } from '../../ports/last-known-good.ts';
import { atomicFiles } from './atomic-file.ts';
import { nodeFileSystem } from './file-system.ts';
import { changing, reading } from './folder-error.ts';

/** One file as LastKnownGood: written beside its place and renamed into it. Errors: STORE_READ_ONLY, STORE_UNAVAILABLE. */
export function lastKnownGoodFile(options: { readonly file: string; readonly durable?: boolean }): LastKnownGood {
  const file = path.resolve(options.file);
  const staged = `${file}.tmp`;
  const files = atomicFiles(nodeFileSystem, options.durable ?? true);
  return {
    load: async () => reading(file, () => (existsSync(file) ? Uint8Array.from(readFileSync(file)) : null)),
    save: async (bytes) =>
      changing(file, () => {
        files.makeFolder(path.dirname(file));
        files.stage(staged, bytes, () => files.commit(staged, file));
      }),
  };
}
