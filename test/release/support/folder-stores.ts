import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import type { Stores } from './release-lab.ts';

/** Folder and SQLite stores in a temporary folder, not flushed to the disk at every step: a killed process is meant, not a power cut. */
export interface FolderStores extends Stores {
  readonly root: string;
  close(): void;
}

/** A file system in memory where there is one: a sweep opens and closes some hundred databases. */
const TEMPORARY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** New stores, or a copy of a closed world. */
export function folderStores(copyOf?: string): FolderStores {
  const root = mkdtempSync(join(TEMPORARY, 'release-lab-'));
  if (copyOf !== undefined) cpSync(copyOf, root, { recursive: true });
  const documents = sqliteDocumentStore({ file: join(root, 'documents.sqlite') });
  return {
    root,
    objects: folderObjectStore({ root: join(root, 'objects'), durable: false }),
    documents,
    close: () => documents.close(),
  };
}

export function removeFolder(root: string): void {
  rmSync(root, { recursive: true, force: true });
}
