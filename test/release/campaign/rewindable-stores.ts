import { createHash } from 'node:crypto';
import { checkRange, checkSize, sourceGone } from '#shared/adapters/object-checks.ts';
import {
  type DocumentWrite,
  documentExists,
  type RevisedDocument,
  type RevisedStorage,
  runOptimistic,
} from '#shared/adapters/optimistic-transaction.ts';
import { checkCollection, compareDocumentIds, decodeDocument, parseDocumentPath } from '#shared/ports/document-shape.ts';
import type { DocumentEntry, DocumentStore } from '#shared/ports/document-store.ts';
import { checkObjectName, checkObjectPrefix } from '#shared/ports/object-name.ts';
import {
  ABSENT,
  type ObjectStat,
  type ObjectStore,
  type PutOptions,
  type StoredObject,
  type WriteOutcome,
} from '#shared/ports/object-store.ts';
import type { Stores } from '../support/release-lab.ts';

/**
 * Stores of a world that can be taken back to any moment of its past: what an exhaustive search needs, where copying a world
 * would cost more than living in it. Generations count the writes of their own name, so that equal histories give equal states.
 */
export interface RewindableStores extends Stores {
  /** This moment. It shares its contents with the stores and stays as it is. */
  snapshot(): Snapshot;
  rewind(to: Snapshot): void;
}

export interface Snapshot {
  /** Equal keys mean equal contents, generations and metadata: nothing that a process can ask tells the two moments apart. */
  readonly key: string;
  readonly objects: ReadonlyMap<string, Slot>;
  readonly documents: ReadonlyMap<string, RevisedDocument>;
}

/** A name that was ever written; a deleted one still counts its generations. */
interface Slot {
  readonly writes: number;
  readonly object: StoredObject | null;
}

export function rewindableStores(): RewindableStores {
  let objects = new Map<string, Slot>();
  let documents = new Map<string, RevisedDocument>();
  return {
    objects: objectsIn(() => objects),
    documents: documentsIn(() => documents),
    snapshot: () => ({ key: keyOf(objects, documents), objects: new Map(objects), documents: new Map(documents) }),
    rewind: (to) => {
      objects = new Map(to.objects);
      documents = new Map(to.documents);
    },
  };
}

function objectsIn(slots: () => Map<string, Slot>): ObjectStore {
  const current = (name: string, generation?: string): StoredObject | null => {
    checkObjectName(name);
    const object = slots().get(name)?.object ?? null;
    return object === null || (generation !== undefined && object.stat.generation !== generation) ? null : object;
  };
  const write = (name: string, bytes: Uint8Array, options: PutOptions): WriteOutcome => {
    const found = current(name);
    if ((found?.stat.generation ?? ABSENT) !== options.ifGenerationMatch) return { written: false, current: found?.stat ?? null };
    const writes = (slots().get(name)?.writes ?? 0) + 1;
    const stat = statOf(name, String(writes), bytes, options);
    slots().set(name, { writes, object: { stat, bytes: Uint8Array.from(bytes) } });
    return { written: true, stat };
  };
  return {
    get: async (name, options = {}) => {
      const object = current(name, options.generation);
      if (object !== null) checkSize(object.stat, options.maxBytes);
      return object === null ? null : { stat: object.stat, bytes: Uint8Array.from(object.bytes) };
    },
    getRange: async (name, start, end, options = {}) => {
      checkRange(name, start, end);
      return current(name, options.generation)?.bytes.slice(start, end) ?? null;
    },
    stat: async (name) => current(name)?.stat ?? null,
    put: async (name, bytes, options) => write(name, bytes, options),
    copy: async (source, target, options) => {
      checkObjectName(target);
      const object = current(source.name, source.generation);
      if (object === null) throw sourceGone(source);
      return write(target, object.bytes, options);
    },
    list: async (prefix) => {
      checkObjectPrefix(prefix);
      const found = [...slots().values()].flatMap(({ object }) => (object?.stat.name.startsWith(prefix) ? [object.stat] : []));
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    delete: async (name, options) => {
      const found = current(name);
      if (found === null || found.stat.generation !== options.ifGenerationMatch) return false;
      slots().set(name, { writes: slots().get(name)!.writes, object: null });
      return true;
    },
  };
}

function documentsIn(documents: () => Map<string, RevisedDocument>): DocumentStore {
  // Never taken back: a transaction that slept through a rewind must not take another past for its own.
  let revision = 0;
  const read = (path: string): RevisedDocument => documents().get(path) ?? { text: null, revision: 0 };
  const storage: RevisedStorage = {
    revision: () => revision,
    read,
    commit: (since, readPaths, writes) => {
      for (const path of readPaths) if (read(path).revision > since) return 'conflict';
      const changes = applied(writes, read, revision + 1);
      if (changes.size > 0) revision += 1;
      for (const [path, document] of changes) documents().set(path, document);
      return 'committed';
    },
  };
  return {
    get: async (path) => {
      parseDocumentPath(path);
      const { text } = read(path);
      return text === null ? null : decodeDocument(text);
    },
    list: async (collection, options = {}) => {
      checkCollection(collection);
      const sign = options.descending === true ? -1 : 1;
      const { startAt } = options;
      return presentIn(documents(), collection)
        .filter(({ id }) => startAt === undefined || sign * compareDocumentIds(id, startAt) >= 0)
        .sort((a, b) => sign * compareDocumentIds(a.id, b.id))
        .slice(0, options.limit);
    },
    transaction: (body) => runOptimistic(storage, body),
  };
}

function applied(writes: readonly DocumentWrite[], read: (path: string) => RevisedDocument, revision: number) {
  const changes = new Map<string, RevisedDocument>();
  for (const write of writes) {
    const before = changes.get(write.path) ?? read(write.path);
    if (write.kind === 'create' && before.text !== null) throw documentExists(write.path);
    changes.set(write.path, { text: write.kind === 'delete' ? null : write.text, revision });
  }
  return changes;
}

function presentIn(documents: ReadonlyMap<string, RevisedDocument>, collection: string): DocumentEntry[] {
  const prefix = `${collection}/`;
  const isIn = (path: string): boolean => path.startsWith(prefix) && !path.slice(prefix.length).includes('/');
  return [...documents].flatMap(([path, { text }]) =>
    text !== null && isIn(path) ? [{ id: path.slice(prefix.length), data: decodeDocument(text) }] : [],
  );
}

function statOf(name: string, generation: string, bytes: Uint8Array, options: PutOptions): ObjectStat {
  const metadata = Object.freeze({ ...options.metadata });
  return Object.freeze({ name, generation, size: bytes.byteLength, contentType: options.contentType, metadata });
}

const digests = new WeakMap<StoredObject, string>();

function keyOf(objects: ReadonlyMap<string, Slot>, documents: ReadonlyMap<string, RevisedDocument>): string {
  const lines: string[] = [];
  for (const [name, { writes, object }] of objects) lines.push(`${name} ${writes} ${object === null ? '-' : digestOf(object)}`);
  for (const [path, { text }] of documents) if (text !== null) lines.push(`${path} ${text}`);
  return createHash('sha256').update(lines.sort().join('\n')).digest('base64');
}

function digestOf(object: StoredObject): string {
  const known = digests.get(object);
  if (known !== undefined) return known;
  const { contentType, metadata } = object.stat;
  const digest = createHash('sha256')
    .update(JSON.stringify([contentType, metadata]))
    .update(object.bytes)
    .digest('base64');
  digests.set(object, digest);
  return digest;
}
