import { crc32cBase64 } from '../../core/crc32c.ts';
import { LivepoolError } from '../../core/errors.ts';
import { checkObjectName, checkObjectPrefix } from '../../ports/object-name.ts';
import {
  ABSENT,
  type Generation,
  type ObjectStat,
  type ObjectStore,
  type PutOptions,
  type StoredObject,
  type WriteOutcome,
} from '../../ports/object-store.ts';
import { checkRange, checkSize, sourceGone } from '../object-checks.ts';
import type { Attempt, CallTiming } from './bounded-attempts.ts';
import { type Expected, repeatedRead, repeatedWrite } from './storage-attempts.ts';
import { type ListingPage, type StorageCalls, storageCalls } from './storage-calls.ts';
import { type StorageFailure, storageFailure } from './storage-failure.ts';
import type { StorageResource } from './storage-resource.ts';

export interface GcsObjectStoreOptions extends CallTiming {
  readonly bucket: string;
  /** Another service that speaks the JSON API, as `http://host:port`; no credentials are sent there. Default: Google's. */
  readonly apiEndpoint?: string;
  /** How long after it is written nobody may remove or replace an object; undefined = as the bucket says. Default: for none. */
  readonly retainForMs?: (name: string) => number | undefined;
}

/**
 * A Cloud Storage bucket as ObjectStore. The client is loaded by the first call. Every write is conditional, so it is repeated
 * within the budget like a read; when a repeated write then meets a condition that does not hold, the earlier attempt may have
 * been what changed it: that is STORE_UNAVAILABLE with what is there now, never a guess. In a versioned bucket superseded
 * generations stay readable and copyable. Errors: STORE_UNAVAILABLE (transient), STORE_REFUSED (rights, bucket).
 */
export function gcsObjectStore(options: GcsObjectStoreOptions): ObjectStore {
  let loaded: Promise<StorageCalls> | undefined;
  const api = (): Promise<StorageCalls> => {
    loaded ??= loadCalls(options);
    return loaded;
  };
  // The client is there before the first call is timed.
  const read = async <T>(what: string, call: (calls: StorageCalls) => Promise<T>, expected?: Expected<T>): Promise<T> => {
    const calls = await api();
    return repeatedRead(options, what, () => call(calls), expected);
  };
  const write = async <T>(what: string, call: (calls: StorageCalls) => Promise<T>, expected: Expected<T>): Promise<T> => {
    const calls = await api();
    return repeatedWrite(options, what, () => call(calls), expected);
  };
  const findStat = (name: string, generation?: Generation): Promise<ObjectStat | null> =>
    read<ObjectStat | null>(`stat ${name}`, async (calls) => (await calls.stat(name, generation)).stat, nullWhenAbsent);

  return {
    get: async (name, { generation, maxBytes } = {}) => {
      checkObjectName(name);
      return read<StoredObject | null>(`get ${name}`, (calls) => readWhole(calls, name, generation, maxBytes), nullWhenAbsent);
    },
    getRange: async (name, start, end, { generation } = {}) => {
      checkRange(name, start, end);
      checkObjectName(name);
      if (start === end) return (await findStat(name, generation)) === null ? null : new Uint8Array(0);
      const download = (calls: StorageCalls) => calls.download(name, generation, { start, end });
      return read<Uint8Array | null>(`get bytes ${start} to ${end} of ${name}`, download, emptyWhenBeyond);
    },
    stat: async (name) => {
      checkObjectName(name);
      return findStat(name);
    },
    put: async (name, bytes, put) => {
      checkObjectName(name);
      const insert = async (calls: StorageCalls) => written(await calls.insert(name, bytes, put));
      return write<WriteOutcome>(`put ${name}`, insert, async ({ kind, error }) => {
        if (kind === 'precondition') return conditionFailed(put, await findStat(name), error);
        return kind === 'forbidden' ? alreadyThere(put, () => findStat(name)) : undefined;
      });
    },
    copy: async (source, target, put) => {
      checkObjectName(source.name);
      checkObjectName(target);
      const rewrite = async (calls: StorageCalls) => written(await calls.rewrite(source, target, put));
      return write<WriteOutcome>(`copy ${source.name} to ${target}`, rewrite, async ({ kind, error }) => {
        if (kind === 'absent') throw sourceGone(source);
        if (kind !== 'precondition' && kind !== 'forbidden') return undefined;
        if ((await findStat(source.name))?.generation !== source.generation) throw sourceGone(source);
        if (kind === 'forbidden') return alreadyThere(put, () => findStat(target));
        return conditionFailed(put, await findStat(target), error);
      });
    },
    list: async (prefix) => {
      checkObjectPrefix(prefix);
      const stats = await everyPage((token) => read(`list ${prefix}`, (calls) => calls.listPage(prefix, token)));
      // The service sorts by UTF-8 bytes.
      return stats.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    delete: async (name, { ifGenerationMatch }) => {
      checkObjectName(name);
      const remove = async (calls: StorageCalls): Promise<boolean> => {
        await calls.remove(name, ifGenerationMatch);
        return true;
      };
      return write<boolean>(`delete ${name}`, remove, ({ kind }) =>
        kind === 'precondition' || kind === 'absent' ? { done: false } : undefined,
      );
    },
  };
}

async function loadCalls({ bucket, apiEndpoint, retainForMs, clock }: GcsObjectStoreOptions): Promise<StorageCalls> {
  const { Storage } = await import('@google-cloud/storage');
  const storage = new Storage({ retryOptions: { autoRetry: false }, ...(apiEndpoint === undefined ? {} : { apiEndpoint }) });
  return storageCalls(storage.bucket(bucket), (name) => {
    const forMs = retainForMs?.(name);
    return forMs === undefined ? undefined : clock.nowMs() + forMs;
  });
}

/** Stat first, so that size is known before a byte is taken; then exactly that generation, checked against its CRC32C. */
async function readWhole(
  calls: StorageCalls,
  name: string,
  generation: Generation | undefined,
  maxBytes: number | undefined,
): Promise<StoredObject> {
  const { stat, crc32c } = await calls.stat(name, generation);
  checkSize(stat, maxBytes);
  const bytes = await calls.download(name, stat.generation).catch((thrown: unknown) => {
    if (generation === undefined && storageFailure(thrown, name).kind === 'absent')
      throw unreadable(name, 'was replaced meanwhile');
    throw thrown;
  });
  if (bytes.byteLength !== stat.size) throw unreadable(name, `has ${stat.size} bytes, ${bytes.byteLength} arrived`);
  if (crc32c !== undefined && crc32cBase64(bytes) !== crc32c) throw unreadable(name, 'arrived with another CRC32C');
  return { stat, bytes };
}

async function everyPage(page: (token: string | undefined) => Promise<ListingPage>): Promise<ObjectStat[]> {
  const stats: ObjectStat[] = [];
  for (let token: string | undefined; ; ) {
    const { resources, nextPageToken } = await page(token);
    stats.push(...resources.map(({ stat }) => stat));
    if (nextPageToken === undefined) return stats;
    token = nextPageToken;
  }
}

function written({ stat }: StorageResource): WriteOutcome {
  return { written: true, stat };
}

/** What is there instead; when that is again what the write asked for, the write is tried again. */
function conditionFailed(put: PutOptions, current: ObjectStat | null, error: LivepoolError): Attempt<WriteOutcome> {
  if ((current?.generation ?? ABSENT) !== put.ifGenerationMatch) return { done: { written: false, current } };
  return {
    again: new LivepoolError('STORE_UNAVAILABLE', 'transient', `changed back and forth: ${error.message}`, error.details),
  };
}

/**
 * Whoever may create but not delete can be refused the overwrite before the condition is looked at. What is there then answers a
 * create-only write as a failed condition would; absent, the refusal stands.
 */
async function alreadyThere(
  { ifGenerationMatch }: PutOptions,
  findStat: () => Promise<ObjectStat | null>,
): Promise<Attempt<WriteOutcome> | undefined> {
  if (ifGenerationMatch !== ABSENT) return undefined;
  const current = await findStat();
  return current === null ? undefined : { done: { written: false, current } };
}

function nullWhenAbsent({ kind }: StorageFailure): { readonly done: null } | undefined {
  return kind === 'absent' ? { done: null } : undefined;
}

function emptyWhenBeyond(failure: StorageFailure): { readonly done: Uint8Array | null } | undefined {
  return failure.kind === 'range' ? { done: new Uint8Array(0) } : nullWhenAbsent(failure);
}

function unreadable(name: string, fault: string): LivepoolError {
  return new LivepoolError('STORE_UNAVAILABLE', 'transient', `object ${name} ${fault}`, { name });
}
