import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BundleStore, googleBundleStore } from '../../../infra/bundles/bundle-store.ts';
import { type GcsServer, startGcsServer } from '../../gcs-server/server.ts';

const BUCKET = 'p-livepool-source';
const OBJECT = `score/${'a'.repeat(64)}.zip`;
const BYTES = Buffer.from('PK, a bundle');

let server: GcsServer;
let store: BundleStore;
beforeEach(async () => {
  server = await startGcsServer();
  // What CI has: it creates, and what would overwrite is 403 whatever the condition says.
  server.createBucket(BUCKET, { createOnly: true });
  store = googleBundleStore({ token: async () => 'token', endpoint: server.endpoint });
});
afterEach(() => server.stop());

const inserts = (): number => server.requests.filter(({ operation }) => operation === 'insert').length;
const stored = async (): Promise<string> =>
  (await fetch(`${server.endpoint}/storage/v1/b/${BUCKET}/o/${encodeURIComponent(OBJECT)}?alt=media`)).text();

it('a bundle is put there once, and an update that runs again leaves it alone', async () => {
  await store.put(BUCKET, OBJECT, BYTES);
  expect([inserts(), await stored()]).toEqual([1, BYTES.toString()]);
  await store.put(BUCKET, OBJECT, BYTES);
  expect(inserts()).toBe(1);
});

it('who was slower is content with the same bytes', async () => {
  const hurried = googleBundleStore({
    endpoint: server.endpoint,
    // Between looking and writing another update puts the bundle there.
    token: async () => {
      if (server.requests.length === 1) await store.put(BUCKET, OBJECT, BYTES);
      return 'token';
    },
  });
  await hurried.put(BUCKET, OBJECT, BYTES);
  expect([inserts(), await stored()]).toEqual([2, BYTES.toString()]);
});

it('other bytes under the name of a bundle stop the update, and stay', async () => {
  await store.put(BUCKET, OBJECT, Buffer.from('something else'));
  await expect(store.put(BUCKET, OBJECT, BYTES)).rejects.toThrow(/gs:\/\/p-livepool-source\/score\/a+\.zip has other bytes/);
  expect([inserts(), await stored()]).toEqual([1, 'something else']);
});

it('an answer that is lost after the effect is no failure', async () => {
  server.faults.add({ kind: 'status_after', status: 503, on: 'insert' });
  await store.put(BUCKET, OBJECT, BYTES);
  expect(await stored()).toBe(BYTES.toString());
});

it('bytes that suffer on their way stop the update', async () => {
  server.faults.add({ kind: 'damage_request', on: 'insert' });
  await expect(store.put(BUCKET, OBJECT, BYTES)).rejects.toThrow(/has other bytes/);
});

it('a refusal is told with its status', async () => {
  server.faults.add({ kind: 'status', status: 403, on: 'insert' });
  await expect(store.put(BUCKET, OBJECT, BYTES)).rejects.toThrow(/was not written: 403/);
  server.faults.add({ kind: 'status', status: 403, on: 'get' });
  await expect(store.put(BUCKET, OBJECT, BYTES)).rejects.toThrow(/cannot be read: 403/);
});
