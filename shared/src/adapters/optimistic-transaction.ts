import { invariant, LivepoolError } from '../core/errors.ts';
import { decodeDocument, encodeDocument, parseDocumentPath } from '../ports/document-shape.ts';
import type { DocumentTransaction } from '../ports/document-store.ts';

/** Counts commits of one store; every document remembers the revision of its last write or deletion. */
export type Revision = number;

/** JSON text of a document (null = absent) and the revision that made it so. */
export interface RevisedDocument {
  readonly text: string | null;
  readonly revision: Revision;
}

export type DocumentWrite =
  | { readonly kind: 'create' | 'set'; readonly path: string; readonly text: string }
  | { readonly kind: 'delete'; readonly path: string };

/** What a store must offer for optimistic transactions. */
export interface RevisedStorage {
  revision(): Revision;
  read(path: string): RevisedDocument;
  /**
   * In one atomic step: `conflict` when a document of `readPaths` changed after `since`, else all writes in order or, when a
   * `create` finds its document, none of them and DOCUMENT_EXISTS.
   */
  commit(since: Revision, readPaths: ReadonlySet<string>, writes: readonly DocumentWrite[]): 'committed' | 'conflict';
}

/** Attempts before a transaction gives up with STORE_UNAVAILABLE. Each conflict means that another transaction got through. */
const MAX_ATTEMPTS = 1_000;

/**
 * Runs `body` until it commits against an unchanged read set: serialisable without holding a lock while the body waits. A read
 * of a document that changed after the attempt began restarts the body, so that it never sees two states at once.
 */
export async function runOptimistic<T>(storage: RevisedStorage, body: (tx: DocumentTransaction) => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const outcome = await runOnce(storage, body);
    if (outcome !== 'conflict') return outcome.value;
  }
  throw new LivepoolError('STORE_UNAVAILABLE', 'transient', `a transaction met ${MAX_ATTEMPTS} conflicts in a row; run it again`);
}

/** The error of a `create` on a document that is there. */
export function documentExists(path: string): LivepoolError {
  return new LivepoolError('DOCUMENT_EXISTS', 'terminal', `document ${path} exists already`, { path });
}

/** Thrown through the body when a read finds a document that is newer than the attempt. */
class StaleRead extends Error {}

async function runOnce<T>(
  storage: RevisedStorage,
  body: (tx: DocumentTransaction) => Promise<T>,
): Promise<{ readonly value: T } | 'conflict'> {
  const attempt = beginAttempt(storage);
  let value: T;
  try {
    value = await body(attempt.tx);
  } catch (error) {
    if (attempt.isStale()) return 'conflict';
    throw error;
  } finally {
    attempt.close();
  }
  // A body that swallowed the stale read must not commit either.
  if (attempt.isStale()) return 'conflict';
  return attempt.commit() === 'conflict' ? 'conflict' : { value };
}

function beginAttempt(storage: RevisedStorage) {
  const since = storage.revision();
  const readPaths = new Set<string>();
  const writes: DocumentWrite[] = [];
  let stale = false;
  let open = true;
  const write = (entry: DocumentWrite): void => {
    invariant(open, `a write to ${entry.path} came after its transaction ended`);
    parseDocumentPath(entry.path);
    writes.push(entry);
  };
  const tx: DocumentTransaction = {
    get: async (path) => {
      parseDocumentPath(path);
      invariant(open, `a read of ${path} came after its transaction ended`);
      invariant(writes.length === 0, `a transaction read ${path} after its first write`);
      readPaths.add(path);
      const document = storage.read(path);
      if (document.revision > since) stale = true;
      if (stale) throw new StaleRead(path);
      return document.text === null ? null : decodeDocument(document.text);
    },
    create: (path, data) => write({ kind: 'create', path, text: encodeDocument(path, data) }),
    set: (path, data) => write({ kind: 'set', path, text: encodeDocument(path, data) }),
    delete: (path) => write({ kind: 'delete', path }),
  };
  return {
    tx,
    isStale: () => stale,
    close: () => {
      open = false;
    },
    // Reads alone are already consistent: all of them saw the state of `since`.
    commit: () => (writes.length === 0 ? 'committed' : storage.commit(since, readPaths, writes)),
  };
}
