import type { DatabaseSync } from 'node:sqlite';
import { LivepoolError } from '../../core/errors.ts';
import { parseDocumentPath } from '../../ports/document-shape.ts';
import {
  type DocumentWrite,
  documentExists,
  type RevisedDocument,
  type RevisedStorage,
  type Revision,
} from '../optimistic-transaction.ts';
import { isDiskFull, withSqliteErrors } from './sqlite-error.ts';

/** A removed document stays as a row without data, so that its removal has a revision too. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS documents (
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    data TEXT,
    revision INTEGER NOT NULL,
    PRIMARY KEY (collection, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS store (only INTEGER PRIMARY KEY CHECK (only = 1), revision INTEGER NOT NULL) STRICT;
  INSERT OR IGNORE INTO store VALUES (1, 0);
`;

/** The documents table as storage of optimistic transactions; `commit` is one BEGIN IMMEDIATE transaction. */
export function revisedTable(db: DatabaseSync, file: string): RevisedStorage {
  const selectRevision = db.prepare('SELECT revision FROM store');
  const selectDocument = db.prepare('SELECT data AS text, revision FROM documents WHERE collection = ? AND id = ?');
  const upsert = db.prepare('INSERT OR REPLACE INTO documents (collection, id, data, revision) VALUES (?, ?, ?, ?)');
  const setRevision = db.prepare('UPDATE store SET revision = ?');

  const revision = (): Revision => withSqliteErrors(file, () => (selectRevision.get() as { revision: number }).revision);
  const read = (path: string): RevisedDocument => {
    const { collection, id } = parseDocumentPath(path);
    const row = withSqliteErrors(file, () => selectDocument.get(collection, id));
    return (row as RevisedDocument | undefined) ?? { text: null, revision: 0 };
  };
  const apply = (write: DocumentWrite, next: Revision): void => {
    if (write.kind === 'create' && read(write.path).text !== null) throw documentExists(write.path);
    const { collection, id } = parseDocumentPath(write.path);
    upsert.run(collection, id, write.kind === 'delete' ? null : write.text, next);
  };
  return {
    revision,
    read,
    commit: (since, readPaths, writes) =>
      withSqliteErrors(file, () =>
        inTransaction(db, file, () => {
          for (const path of readPaths) if (read(path).revision > since) return 'conflict';
          const next = revision() + 1;
          for (const write of writes) apply(write, next);
          setRevision.run(next);
          return 'committed';
        }),
      ),
  };
}

/** Runs `body` under the database's write lock; any error takes everything back. */
export function inTransaction<T>(db: DatabaseSync, file: string, body: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  let value: T;
  try {
    value = body();
  } catch (error) {
    rollBack(db);
    throw error;
  }
  try {
    db.exec('COMMIT');
  } catch (cause) {
    if (rollBack(db) || isDiskFull(cause)) throw cause;
    const message = `database ${file} did not say whether a commit happened: run the same command again`;
    throw new LivepoolError('COMMIT_UNKNOWN', 'transient', message, { path: file }, cause);
  }
  return value;
}

/** False when there was no transaction left to take back, so nobody knows how it ended. */
function rollBack(db: DatabaseSync): boolean {
  if (!db.isTransaction) return false;
  db.exec('ROLLBACK');
  return true;
}
