import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { gcsObjectStore } from '#shared/adapters/gcp/object-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT, type ObjectStore, type PutOptions } from '#shared/ports/object-store.ts';
import { putOnce } from '#shared/release/publish/put-once.ts';
import { type GcsServer, startGcsServer } from '../../gcs-server/server.ts';
import { realClock } from './real-clock.ts';

/** A bucket whose caller may create but not delete, where 403 wins over 412. */
let server: GcsServer;
let store: ObjectStore;
let buckets = 0;

beforeAll(async () => {
  server = await startGcsServer();
});
afterAll(() => server.stop());

beforeEach(() => {
  const bucket = `create-only-${++buckets}`;
  server.faults.clear();
  server.createBucket(bucket, { createOnly: true });
  const limits = { callTimeoutMs: 30_000, budgetMs: 60_000, firstPauseMs: 1, maxPauseMs: 4 };
  const timing = { clock: realClock(), random: repeatableRandom('jitter'), limits };
  store = gcsObjectStore({ bucket, apiEndpoint: server.endpoint, ...timing });
});

const create: PutOptions = { ifGenerationMatch: ABSENT, contentType: 'application/json' };

it('a second create of the same bytes finds them there, one of other bytes is told what stands', async () => {
  const first = await putOnce(store, 'a.json', utf8('{}'));
  expect(first).toMatchObject({ isMine: true });
  expect(await putOnce(store, 'a.json', utf8('{}'))).toMatchObject({ isMine: true, stat: first.stat });
  expect(await putOnce(store, 'a.json', utf8('[]'))).toMatchObject({ isMine: false, stat: first.stat, sha256: first.sha256 });
  expect((await store.get('a.json'))?.bytes).toEqual(utf8('{}'));
});

it('a copy onto what is there is told what stands', async () => {
  await putOnce(store, 'source.json', utf8('{}'));
  const { stat } = await putOnce(store, 'target.json', utf8('[]'));
  const source = (await store.stat('source.json'))!;
  expect(await store.copy(source, 'target.json', create)).toEqual({ written: false, current: stat });
  const gone = { name: 'source.json', generation: '1' };
  await expect(store.copy(gone, 'target.json', create)).rejects.toMatchObject({ code: 'OBJECT_SOURCE_GONE' });
});

it('a replacement stays refused, and so does a create where nothing is', async () => {
  const { stat } = await putOnce(store, 'a.json', utf8('{}'));
  const refused = { code: 'STORE_REFUSED', kind: 'terminal' };
  await expect(store.put('a.json', utf8('[]'), { ...create, ifGenerationMatch: stat.generation })).rejects.toMatchObject(refused);
  server.faults.add({ on: 'insert', kind: 'status', status: 403 });
  await expect(putOnce(store, 'b.json', utf8('{}'))).rejects.toMatchObject(refused);
  expect(await store.stat('b.json')).toBeNull();
});

it('does not guess who wrote when an earlier answer was lost, and goes on when it is tried again', async () => {
  server.faults.add({ on: 'insert', kind: 'cut_after' });
  await expect(store.put('a.json', utf8('{}'), create)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', kind: 'transient' });
  expect(await putOnce(store, 'a.json', utf8('{}'))).toMatchObject({ isMine: true });
});
