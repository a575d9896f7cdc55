import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { nodeFileSystem } from '../fs/file-system.ts';
import { changing } from '../fs/folder-error.ts';
import { makeFolders } from '../fs/make-folders.ts';
import { inTransaction } from './revised-table.ts';
import { isBusy, withSqliteErrors } from './sqlite-error.ts';

/** How long a statement waits for the lock of another process before STORE_UNAVAILABLE. */
export const BUSY_TIMEOUT_MS = 10_000;

/** Attempts to open: the switch to write-ahead logging does not wait for processes that open at the same moment. */
const MAX_OPENINGS = 200;

/**
 * A database for writing, in write-ahead mode with every commit synced, and the tables of `schema`; file and folder are made when
 * missing. Errors: STORE_READ_ONLY, STORE_UNAVAILABLE, STORE_CORRUPT.
 */
export function openDatabase(file: string, schema: string): DatabaseSync {
  changing(path.dirname(file), () => makeFolders(nodeFileSystem, path.dirname(file)));
  return withSqliteErrors(file, () => opened(file, schema));
}

function opened(file: string, schema: string): DatabaseSync {
  for (let opening = 1; ; opening++) {
    const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      inTransaction(db, file, () => db.exec(schema));
      return db;
    } catch (error) {
      db.close();
      if (!isBusy(error) || opening === MAX_OPENINGS) throw error;
    }
  }
}
