import { checkCollection, compareDocumentIds, decodeDocument, parseDocumentPath } from '../../ports/document-shape.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import {
  type DocumentWrite,
  documentExists,
  type RevisedDocument,
  type RevisedStorage,
  type Revision,
  runOptimistic,
} from '../optimistic-transaction.ts';

const NEVER_WRITTEN: RevisedDocument = { text: null, revision: 0 };

/** A DocumentStore in this process's memory: for tests and dry runs. Fields come back in sorted order. */
export function memoryDocumentStore(): DocumentStore {
  const documents = new Map<string, RevisedDocument>();
  const storage = revisedMap(documents);
  return {
    get: async (path) => {
      parseDocumentPath(path);
      const text = storage.read(path).text;
      return text === null ? null : decodeDocument(text);
    },
    list: async (collection, options = {}) => {
      checkCollection(collection);
      const sign = options.descending === true ? -1 : 1;
      const isInRange = (id: string): boolean =>
        options.startAt === undefined || sign * compareDocumentIds(id, options.startAt) >= 0;
      return presentIn(documents, collection)
        .filter(({ id }) => isInRange(id))
        .sort((a, b) => sign * compareDocumentIds(a.id, b.id))
        .slice(0, options.limit)
        .map(({ id, text }) => ({ id, data: decodeDocument(text) }));
    },
    transaction: (body) => runOptimistic(storage, body),
  };
}

function revisedMap(documents: Map<string, RevisedDocument>): RevisedStorage {
  let revision: Revision = 0;
  const read = (path: string): RevisedDocument => documents.get(path) ?? NEVER_WRITTEN;
  return {
    revision: () => revision,
    read,
    commit: (since, readPaths, writes) => {
      for (const path of readPaths) if (read(path).revision > since) return 'conflict';
      const changes = applied(writes, read, revision + 1);
      if (changes.size > 0) revision += 1;
      for (const [path, document] of changes) documents.set(path, document);
      return 'committed';
    },
  };
}

/** The documents after all writes; throws before anything changed when a `create` finds one. */
function applied(writes: readonly DocumentWrite[], read: (path: string) => RevisedDocument, revision: Revision) {
  const changes = new Map<string, RevisedDocument>();
  for (const write of writes) {
    const before = changes.get(write.path) ?? read(write.path);
    if (write.kind === 'create' && before.text !== null) throw documentExists(write.path);
    changes.set(write.path, { text: write.kind === 'delete' ? null : write.text, revision });
  }
  return changes;
}

function presentIn(documents: ReadonlyMap<string, RevisedDocument>, collection: string): { id: string; text: string }[] {
  const found: { id: string; text: string }[] = [];
  for (const [path, { text }] of documents) {
    const parts = parseDocumentPath(path);
    if (parts.collection === collection && text !== null) found.push({ id: parts.id, text });
  }
  return found;
}
