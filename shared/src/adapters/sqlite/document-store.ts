import type { DatabaseSync } from 'node:sqlite';
import { checkCollection, decodeDocument, parseDocumentPath } from '../../ports/document-shape.ts';
import type { DocumentEntry, DocumentStore } from '../../ports/document-store.ts';
import { runOptimistic } from '../optimistic-transaction.ts';
import { openDatabase } from './open-database.ts';
import { revisedTable, SCHEMA } from './revised-table.ts';
import { withSqliteErrors } from './sqlite-error.ts';

export interface SqliteDocumentStore extends DocumentStore {
  /** Closes the file; the store cannot be used afterwards. */
  close(): void;
}

export interface SqliteDocumentStoreOptions {
  /** The database file; it and its folder are made when missing. */
  readonly file: string;
}

/**
 * A DocumentStore in one SQLite file, safe between processes of one machine. No lock is held while a transaction's body waits:
 * what it read is checked and its writes are applied in one short database transaction. Fields come back in sorted order.
 * Errors: STORE_READ_ONLY, STORE_UNAVAILABLE, STORE_CORRUPT, COMMIT_UNKNOWN.
 */
export function sqliteDocumentStore({ file }: SqliteDocumentStoreOptions): SqliteDocumentStore {
  return documentsIn(openDatabase(file, SCHEMA), file);
}

/** The store over an open database that has its tables. */
export function documentsIn(db: DatabaseSync, file: string): SqliteDocumentStore {
  const storage = revisedTable(db, file);
  const listings = listingStatements(db);
  return {
    get: async (documentPath) => {
      parseDocumentPath(documentPath);
      const { text } = storage.read(documentPath);
      return text === null ? null : decodeDocument(text);
    },
    list: async (collection, { startAt = null, limit = -1, descending = false } = {}) => {
      checkCollection(collection);
      const statement = descending ? listings.descending : listings.ascending;
      const rows = withSqliteErrors(file, () => statement.all({ collection, startAt, limit }));
      return rows.map((row): DocumentEntry => ({ id: String(row.id), data: decodeDocument(String(row.data)) }));
    },
    transaction: (body) => runOptimistic(storage, body),
    close: () => db.close(),
  };
}

function listingStatements(db: DatabaseSync) {
  const select = 'SELECT id, data FROM documents WHERE collection = :collection AND data IS NOT NULL';
  const from = (comparison: string): string => `(:startAt IS NULL OR id ${comparison} :startAt)`;
  return {
    ascending: db.prepare(`${select} AND ${from('>=')} ORDER BY id LIMIT :limit`),
    descending: db.prepare(`${select} AND ${from('<=')} ORDER BY id DESC LIMIT :limit`),
  };
}
