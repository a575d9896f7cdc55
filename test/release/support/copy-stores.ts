import { ABSENT, type ObjectStore } from '#shared/ports/object-store.ts';
import { memoryStores, type Stores } from './release-lab.ts';

const COLLECTIONS = ['strategy', 'head', 'releases', 'log', 'runs', 'requests'];

/** A fresh memory world with the same objects, generations and documents: cheaper than publishing the past once more. */
export async function copyStores(from: Stores): Promise<Stores> {
  const to = memoryStores();
  await copyObjects(from.objects, to.objects);
  const entries = await Promise.all(
    COLLECTIONS.map(async (collection) => ({ collection, rows: await from.documents.list(collection) })),
  );
  await to.documents.transaction(async (tx) => {
    for (const { collection, rows } of entries) for (const { id, data } of rows) tx.set(`${collection}/${id}`, data);
  });
  return to;
}

/** The memory store counts generations over all names, so that fillers can skip the numbers of objects that are gone. */
async function copyObjects(from: ObjectStore, to: ObjectStore): Promise<void> {
  const stats = [...(await from.list(''))].sort((a, b) => Number(a.generation) - Number(b.generation));
  let next = 1;
  for (const stat of stats) {
    for (; next < Number(stat.generation); next++) await writeFiller(to);
    const stored = await from.get(stat.name);
    if (stored === null) throw new Error(`${stat.name} is gone`);
    const { contentType, metadata } = stat;
    const outcome = await to.put(stat.name, stored.bytes, { ifGenerationMatch: ABSENT, contentType, metadata });
    if (!outcome.written || outcome.stat.generation !== stat.generation) throw new Error(`${stat.name} got another generation`);
    next++;
  }
}

async function writeFiller(store: ObjectStore): Promise<void> {
  const outcome = await store.put('filler', new Uint8Array(), { ifGenerationMatch: ABSENT, contentType: 'text/plain' });
  if (outcome.written) await store.delete('filler', { ifGenerationMatch: outcome.stat.generation });
}
