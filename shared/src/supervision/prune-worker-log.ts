import { WORKER_COLLECTIONS } from '../contracts/names.ts';
import type { WorkerParams } from '../contracts/worker-params.ts';
import type { DocumentData, DocumentEntry, DocumentStore } from '../ports/document-store.ts';

/** How many documents of each collection were deleted. */
export type PrunedCounts = Readonly<Record<keyof typeof WORKER_COLLECTIONS, number>>;

/** Where a document of each collection says of when it is, and how long it is kept. */
const AGED_BY = {
  continuityLog: { field: 'ts', keptFor: 'log_ms', isOrdered: true },
  recoveryLog: { field: 'ts', keptFor: 'log_ms', isOrdered: true },
  recoveries: { field: 'at', keptFor: 'recoveries_ms', isOrdered: false },
  commands: { field: 'used_at', keptFor: 'commands_ms', isOrdered: false },
  regimes: { field: 'at', keptFor: 'log_ms', isOrdered: true },
} as const satisfies Record<
  keyof typeof WORKER_COLLECTIONS,
  { readonly field: string; readonly keptFor: keyof WorkerParams['retention']; readonly isOrdered: boolean }
>;

const PAGE = 200;

/** Pages of a collection that one call goes through: what is left is the next call's. */
const MOST_PAGES = 25;

/**
 * Deletes what is older than its retention: the logs after a year, keys of recoveries and nonces of commands once nobody can use them
 * again (quant spec §7, operations spec §5). The chains hold: only their oldest end goes. Calling it again is harmless.
 */
export async function pruneWorkerLog(
  store: DocumentStore,
  retention: WorkerParams['retention'],
  nowMs: number,
): Promise<PrunedCounts> {
  const counts = { continuityLog: 0, recoveryLog: 0, recoveries: 0, commands: 0, regimes: 0 };
  for (const name of Object.keys(AGED_BY) as (keyof typeof AGED_BY)[]) {
    const { field, keptFor, isOrdered } = AGED_BY[name];
    counts[name] = await pruneCollection(store, WORKER_COLLECTIONS[name], field, nowMs - retention[keptFor], isOrdered);
  }
  return counts;
}

/** `isOrdered`: ids sort like times, so that the first one that is young enough ends the search. */
async function pruneCollection(
  store: DocumentStore,
  collection: string,
  field: string,
  beforeMs: number,
  isOrdered: boolean,
): Promise<number> {
  let deleted = 0;
  let startAt = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const entries = await store.list(collection, { limit: PAGE, ...(startAt === '' ? {} : { startAt }) });
    const old = entries.filter(({ data }) => isOld(data, field, beforeMs));
    deleted += await deleteOld(store, collection, old, field, beforeMs);
    const last = entries.at(-1);
    if (entries.length < PAGE || last === undefined || (isOrdered && old.length < entries.length)) return deleted;
    startAt = last.id;
  }
  return deleted;
}

/** In one transaction, which looks at each again: a key may have been used anew. */
function deleteOld(
  store: DocumentStore,
  collection: string,
  old: readonly DocumentEntry[],
  field: string,
  beforeMs: number,
): Promise<number> {
  if (old.length === 0) return Promise.resolve(0);
  return store.transaction(async (tx) => {
    const paths = old.map(({ id }) => `${collection}/${id}`);
    const now = await Promise.all(paths.map((path) => tx.get(path)));
    const still = paths.filter((_, index) => isOld(now[index] ?? {}, field, beforeMs));
    for (const path of still) tx.delete(path);
    return still.length;
  });
}

function isOld(data: DocumentData, field: string, beforeMs: number): boolean {
  const atMs = data[field];
  return typeof atMs === 'number' && atMs < beforeMs;
}
