import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { invariant, LivepoolError } from '../../core/errors.ts';
import { documentsIn, type SqliteDocumentStore, type SqliteDocumentStoreOptions } from './document-store.ts';
import { BUSY_TIMEOUT_MS } from './open-database.ts';
import { isFolderReadOnly, withSqliteErrors } from './sqlite-error.ts';

/**
 * The documents of a file for those who only read: it makes no file and no folder, works where nothing may be written, and sees
 * what other processes commit. A missing file has no documents. `transaction` is INVARIANT. Errors: STORE_READ_ONLY when changes
 * of a killed process wait beside the file and may not be taken over, STORE_UNAVAILABLE, STORE_CORRUPT.
 */
export function sqliteDocumentReader({ file }: SqliteDocumentStoreOptions): SqliteDocumentStore {
  const db = existsSync(file) ? withSqliteErrors(file, () => openReadable(file)) : null;
  if (db === null || !hasTables(db, file)) {
    return { get: async () => null, list: async () => [], transaction: refuseToWrite, close: () => db?.close() };
  }
  return { ...documentsIn(db, file), transaction: refuseToWrite };
}

async function refuseToWrite(): Promise<never> {
  invariant(false, 'documents that were opened for reading are not written');
}

/** A database in write-ahead mode needs two files beside it even for reading; where those cannot be made, nobody writes it either. */
function openReadable(file: string): DatabaseSync {
  try {
    return looked(new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS }));
  } catch (error) {
    if (!isFolderReadOnly(error)) throw error;
    refuseUnfinished(file, error);
  }
  const url = pathToFileURL(file);
  url.search = '?immutable=1';
  return looked(new DatabaseSync(url, { readOnly: true }));
}

/** The first statement finds out whether the file can be read at all. */
function looked(db: DatabaseSync): DatabaseSync {
  try {
    db.exec('PRAGMA query_only = ON; SELECT count(*) FROM sqlite_master;');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function refuseUnfinished(file: string, cause: unknown): void {
  const log = `${file}-wal`;
  if (!existsSync(log) || statSync(log).size === 0) return;
  const message = `${log} holds changes that are not in ${file} yet: let a user who may write there run the same command once`;
  throw new LivepoolError('STORE_READ_ONLY', 'terminal', message, { path: log }, cause);
}

/** False for a file whose maker was killed before its first statement. */
function hasTables(db: DatabaseSync, file: string): boolean {
  return withSqliteErrors(file, () => db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'documents'").get() !== undefined);
}
