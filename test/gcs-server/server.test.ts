import { type Bucket, Storage } from '@google-cloud/storage';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GcsServer, startGcsServer } from './server.ts';
import type { StoredBucket } from './stored-bucket.ts';

let server: GcsServer;
let stored: StoredBucket;
let bucket: Bucket;

beforeEach(async () => {
  server = await startGcsServer();
  stored = server.createBucket('b');
  bucket = new Storage({ apiEndpoint: server.endpoint, retryOptions: { autoRetry: false } }).bucket('b');
});
afterEach(() => server.stop());

const save = (name: string, text = 'x') =>
  bucket.file(name).save(text, { resumable: false, validation: false, preconditionOpts: { ifGenerationMatch: 0 } });

it('tells faults before the effect from faults after it', async () => {
  server.faults.add({ kind: 'cut_before' }, { kind: 'status', status: 429 });
  await expect(save('a')).rejects.toThrow();
  await expect(save('a')).rejects.toMatchObject({ code: 429 });
  expect(stored.live('a')).toBeUndefined();
  server.faults.add({ kind: 'cut_after' }, { kind: 'status_after', status: 503 });
  await expect(save('b')).rejects.toThrow();
  await expect(save('c')).rejects.toMatchObject({ code: 503 });
  expect([stored.live('b')?.bytes.toString(), stored.live('c')?.bytes.toString()]).toEqual(['x', 'x']);
});

it('applies a delayed write when released, or before a later request', async () => {
  server.faults.add({ kind: 'delayed' });
  await expect(save('a')).rejects.toThrow();
  expect(stored.live('a')).toBeUndefined();
  expect([server.release(), server.release()]).toEqual([1, 0]);
  expect(stored.live('a')).toBeDefined();
  server.faults.add({ kind: 'delayed', afterRequests: 1 });
  await expect(save('b')).rejects.toThrow();
  expect(await bucket.file('b').exists()).toEqual([false]);
  expect(await bucket.file('b').exists()).toEqual([true]);
});

it('aims faults at operation and name, after letting some pass', async () => {
  server.faults.add({ on: 'insert', name: 'hit', skip: 1, kind: 'status', status: 500 });
  await save('miss');
  await save('hit');
  await expect(save('hit')).rejects.toMatchObject({ code: 500 });
  await expect(save('hit')).rejects.toMatchObject({ code: 412 });
});

it('keeps superseded and deleted generations of a versioned bucket, and drops them elsewhere', async () => {
  const plain = server.createBucket('plain', { versioning: false });
  for (const each of [stored, plain]) {
    const first = each.insert('a', Buffer.from('1'), {});
    const second = each.insert('a', Buffer.from('2'), {});
    each.delete('a');
    expect(each.live('a')).toBeUndefined();
    const kept = each === stored ? ['1', '2'] : [undefined, undefined];
    expect([each.find('a', first.generation), each.find('a', second.generation)].map((v) => v?.bytes.toString())).toEqual(kept);
  }
  const [files] = await bucket.getFiles({ versions: true });
  expect(files).toHaveLength(2);
});

it('answers a finished resumable upload again when its last answer was lost', async () => {
  const start = await fetch(`${server.endpoint}/upload/storage/v1/b/b/o?uploadType=resumable&name=r`, {
    method: 'POST',
    body: '{}',
  });
  const session = start.headers.get('location') ?? '';
  const body = 'y'.repeat(256 * 1024 + 5);
  const put = (chunk: string, range: string) =>
    fetch(session, { method: 'PUT', body: chunk, headers: { 'content-range': range } });
  const part = await put(body.slice(0, 256 * 1024), 'bytes 0-262143/*');
  expect([part.status, part.headers.get('range')]).toEqual([308, 'bytes=0-262143']);
  server.faults.add({ on: 'resumable.chunk', kind: 'cut_after' });
  await expect(put(body.slice(256 * 1024), 'bytes 262144-262148/262149')).rejects.toThrow();
  const question = await put('', 'bytes */262149');
  expect(await question.json()).toMatchObject({ name: 'r', size: '262149', generation: stored.live('r')?.generation });
});

it('speaks the error format of the API', async () => {
  const missing = await fetch(`${server.endpoint}/storage/v1/b/b/o/nothing`);
  expect(await missing.json()).toEqual({
    error: {
      code: 404,
      message: 'No such object: b/nothing',
      errors: [{ domain: 'global', reason: 'notFound', message: 'No such object: b/nothing' }],
    },
  });
  expect((await fetch(`${server.endpoint}/storage/v1/b/none/o/nothing`)).status).toBe(404);
  expect((await fetch(`${server.endpoint}/elsewhere`)).status).toBe(404);
});
