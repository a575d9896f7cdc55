import type { Firestore } from '@google-cloud/firestore';
import { checkCollection, parseDocumentPath } from '../../ports/document-shape.ts';
import type { DocumentEntry, DocumentStore } from '../../ports/document-store.ts';
import { type Attempt, answerInTime, boundedAttempts, type CallTiming } from './bounded-attempts.ts';
import { CommitTurns } from './commit-turns.ts';
import { emulatorAuth } from './emulator-auth.ts';
import { plainData, runSnapshotTransaction } from './firestore-transaction.ts';
import { callFailed } from './grpc-failure.ts';

export interface FirestoreDocumentStoreOptions extends CallTiming {
  /** Default: the project of the credentials. */
  readonly projectId?: string;
  /** Default `(default)`. */
  readonly databaseId?: string;
  /** `host:port` of an emulator; no credentials are sent there. */
  readonly emulatorHost?: string;
}

/** A DocumentStore that holds connections. */
export interface FirestoreDocumentStore extends DocumentStore {
  /** Ends the connections; the store cannot be used afterwards. */
  readonly close: () => Promise<void>;
}

/**
 * A Firestore database as DocumentStore; the client is loaded by the first call. A transaction's body reads one consistent
 * snapshot without locks, then a short locking transaction checks that nothing it read has changed and writes. The client's own
 * repetition of commits is off: it would run a body again whose first commit may have been applied. The commits of one store
 * come one after the other, so that it does not contend with itself. A descending list reads every id of its collection up to
 * its start. Errors: STORE_UNAVAILABLE, COMMIT_UNKNOWN (transient), STORE_REFUSED (rights, database), DOCUMENT_EXISTS,
 * DOCUMENT_INVALID, DOCUMENT_PATH_INVALID.
 */
export function firestoreDocumentStore(options: FirestoreDocumentStoreOptions): FirestoreDocumentStore {
  const turns = new CommitTurns();
  let loaded: Promise<Firestore> | undefined;
  const database = (): Promise<Firestore> => {
    loaded ??= openDatabase(options);
    return loaded;
  };
  const read = async <T>(what: string, call: (firestore: Firestore) => Promise<T>): Promise<T> => {
    const firestore = await database();
    return repeatedRead(options, what, () => call(firestore));
  };

  return {
    get: async (path) => {
      parseDocumentPath(path);
      return read(`get ${path}`, async (firestore) => plainData(path, (await firestore.doc(path).get()).data()));
    },
    list: async (collection, { startAt, limit, descending = false } = {}) => {
      checkCollection(collection);
      if (limit === 0) return [];
      const call = descending ? listDescending : listAscending;
      return read(`list ${collection}`, (firestore) => call(firestore, collection, startAt, limit));
    },
    transaction: async (body) => runSnapshotTransaction({ firestore: await database(), timing: options, turns }, body),
    close: async () => {
      await (await loaded)?.terminate();
    },
  };
}

/**
 * The client sends every call once; repeating is decided here, where its meaning is known. By default a commit whose answer was
 * UNAVAILABLE is sent again, and what comes back is the second answer: a refusal of a transaction that is closed because the
 * first commit was applied.
 */
const ONCE = { timeout_millis: 60_000, retry_codes_name: 'never' };
const CALLS_ONCE = {
  // Without this, streams are repeated by another rule with pauses of seconds.
  gaxServerStreamingRetries: true,
  clientConfig: {
    interfaces: {
      'google.firestore.v1.Firestore': {
        retry_codes: { never: [] },
        methods: { Commit: ONCE, BatchGetDocuments: ONCE, RunQuery: ONCE },
      },
    },
  },
};

async function openDatabase({ projectId, databaseId, emulatorHost }: FirestoreDocumentStoreOptions): Promise<Firestore> {
  const { Firestore: Client } = await import('@google-cloud/firestore');
  return new Client({
    ...CALLS_ONCE,
    ...(projectId === undefined ? {} : { projectId }),
    ...(databaseId === undefined ? {} : { databaseId }),
    ...(emulatorHost === undefined ? {} : { host: emulatorHost, ssl: false, auth: await emulatorAuth() }),
  });
}

async function listAscending(
  firestore: Firestore,
  collection: string,
  startAt: string | undefined,
  limit: number | undefined,
): Promise<readonly DocumentEntry[]> {
  const ordered = firestore.collection(collection).orderBy('__name__');
  const from = startAt === undefined ? ordered : ordered.startAt(startAt);
  const { docs } = await (limit === undefined ? from : from.limit(limit)).get();
  return docs.map((found) => ({ id: found.id, data: plainData(found.ref.path, found.data()) }));
}

/** Firestore walks ids upwards only: all ids without their fields, then the documents of the last of them, from one snapshot. */
async function listDescending(
  firestore: Firestore,
  collection: string,
  startAt: string | undefined,
  limit: number | undefined,
): Promise<readonly DocumentEntry[]> {
  const ordered = firestore.collection(collection).select().orderBy('__name__');
  const upTo = startAt === undefined ? ordered : ordered.endAt(startAt);
  const { docs, readTime } = await upTo.get();
  const wanted = docs.toReversed().slice(0, limit);
  if (wanted.length === 0) return [];
  const refs = wanted.map(({ ref }) => ref);
  const found = await firestore.runTransaction((snapshot) => snapshot.getAll(...refs), { readOnly: true, readTime });
  return found.map((document) => ({ id: document.id, data: plainData(document.ref.path, document.data() ?? {}) }));
}

async function repeatedRead<T>(timing: CallTiming, what: string, call: () => Promise<T>): Promise<T> {
  return boundedAttempts<T>(timing, async (): Promise<Attempt<T>> => {
    try {
      return { done: await answerInTime(timing, call) };
    } catch (thrown) {
      const error = callFailed(thrown, 'Firestore', what);
      if (error.kind !== 'transient') throw error;
      return { again: error };
    }
  });
}
