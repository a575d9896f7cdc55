import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallLimits } from '#shared/adapters/gcp/bounded-attempts.ts';
import { gcsObjectStore } from '#shared/adapters/gcp/object-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT, type ObjectStore, type PutOptions } from '#shared/ports/object-store.ts';
import { type GcsServer, startGcsServer } from '../../gcs-server/server.ts';
import { objectStoreLaws, putText } from '../../laws/object-store.ts';
import { realClock } from './real-clock.ts';

const QUICK: CallLimits = { callTimeoutMs: 30_000, budgetMs: 60_000, firstPauseMs: 1, maxPauseMs: 4 };

let server: GcsServer;
let buckets = 0;

beforeAll(async () => {
  server = await startGcsServer({ rewriteBytesPerCall: 1000 });
});
afterAll(() => server.stop());

function freshStore(versioning: boolean, limits: CallLimits = {}): ObjectStore {
  const bucket = `bucket-${++buckets}`;
  server.createBucket(bucket, { versioning });
  return storeOf(bucket, limits);
}

function storeOf(bucket: string, limits: CallLimits = {}): ObjectStore {
  const timing = { clock: realClock(), random: repeatableRandom('jitter'), limits: { ...QUICK, ...limits } };
  return gcsObjectStore({ bucket, apiEndpoint: server.endpoint, ...timing });
}

objectStoreLaws('Cloud Storage, versioned bucket', () => freshStore(true));
objectStoreLaws('Cloud Storage, plain bucket', () => freshStore(false));

describe('Cloud Storage under faults', () => {
  let store: ObjectStore;
  const create: PutOptions = { ifGenerationMatch: ABSENT, contentType: 'text/plain', metadata: { run: 'mine' } };

  beforeEach(() => {
    server.faults.clear();
    store = freshStore(true);
  });

  it.each([
    { kind: 'status', status: 429 },
    { kind: 'status', status: 503 },
    { kind: 'cut_before' },
    { kind: 'damage_request' },
  ] as const)('writes once although the first attempts end in $kind $status', async (fault) => {
    server.faults.add({ on: 'insert', ...fault });
    const outcome = await store.put('a', utf8('bytes'), create);
    expect(outcome.written).toBe(true);
    expect((await store.get('a'))?.bytes).toEqual(utf8('bytes'));
  });

  it.each([{ kind: 'cut_after' }, { kind: 'status_after', status: 503 }] as const)(
    'does not guess when the answer to an applied write is lost by $kind',
    async (fault) => {
      server.faults.add({ on: 'insert', ...fault });
      await expect(store.put('a', utf8('bytes'), create)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', kind: 'transient' });
      expect((await store.stat('a'))?.metadata).toEqual({ run: 'mine' });
      expect(await store.put('a', utf8('bytes'), create)).toMatchObject({
        written: false,
        current: { metadata: { run: 'mine' } },
      });
    },
  );

  it('does not guess about a lost answer to a copy or a removal either', async () => {
    const source = await putText(store, 's', 'x');
    server.faults.add({ on: 'rewrite', kind: 'cut_after' }, { on: 'delete', kind: 'cut_after' });
    await expect(store.copy(source, 't', create)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await store.stat('t')).not.toBeNull();
    await expect(store.delete('s', { ifGenerationMatch: source.generation })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    expect(await store.stat('s')).toBeNull();
  });

  it('is not overtaken by its own delayed attempt', async () => {
    server.faults.add({ on: 'insert', kind: 'delayed' });
    const outcome = await store.put('a', utf8('bytes'), create);
    expect(server.release()).toBe(1);
    expect(outcome.written && (await store.stat('a'))?.generation === outcome.stat.generation).toBe(true);
  });

  it('gives up a call without answer and makes another', async () => {
    const impatient = freshStore(true, { callTimeoutMs: 700 });
    await impatient.stat('warm-up');
    server.faults.add({ on: 'insert', kind: 'stall' }, { on: 'download', kind: 'stall' });
    expect((await impatient.put('a', utf8('bytes'), create)).written).toBe(true);
    expect((await impatient.get('a'))?.bytes).toEqual(utf8('bytes'));
  });

  it('gives up within its budget and leaves nothing', async () => {
    store = freshStore(true, { budgetMs: 50 });
    server.faults.add({ on: 'insert', kind: 'status', status: 503, times: 10_000 });
    await expect(store.put('a', utf8('bytes'), create)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', kind: 'transient' });
    expect(await store.stat('a')).toBeNull();
  });

  it.each(['damage_answer', 'truncate_answer', 'cut_before'] as const)('reads whole bytes in spite of %s', async (kind) => {
    const stat = await putText(store, 'a', 'whole bytes');
    server.faults.add({ on: 'download', kind });
    expect(await store.get('a')).toEqual({ stat, bytes: utf8('whole bytes') });
    server.faults.add({ on: 'get', kind: 'status', status: 500 });
    expect(await store.stat('a')).toEqual(stat);
  });

  it('reads one generation although the object is replaced between stat and download', async () => {
    const plain = freshStore(false);
    const first = await putText(plain, 'a', 'one');
    const reading = plain.get('a');
    const second = await putText(plain, 'a', 'two', first.generation);
    const read = await reading;
    const expected = read?.stat.generation === first.generation ? 'one' : 'two';
    expect([first.generation, second.generation]).toContain(read?.stat.generation);
    expect(Buffer.from(read!.bytes).toString()).toBe(expected);
  });

  it('keeps every condition on every step of a long copy', async () => {
    const source = await putText(store, 's', 'x'.repeat(3500));
    const before = server.requests.length;
    expect((await store.copy(source, 't', create)).written).toBe(true);
    const steps = server.requests.slice(before).filter((request) => request.operation === 'rewrite');
    expect(steps).toHaveLength(4);
    for (const { query } of steps) {
      expect(query.get('ifGenerationMatch')).toBe('0');
      expect(query.get('ifSourceGenerationMatch')).toBe(source.generation);
    }
  });

  it('says that a missing bucket is not an absent object', async () => {
    const nowhere = storeOf('nowhere');
    for (const call of [() => nowhere.stat('a'), () => nowhere.list(''), () => nowhere.put('a', utf8('x'), create)]) {
      await expect(call()).rejects.toMatchObject({ code: 'STORE_REFUSED', kind: 'terminal' });
    }
  });

  it('lists more than one page', async () => {
    const names = Array.from({ length: 1003 }, (_, i) => `p/${String(i).padStart(4, '0')}`);
    const bucket = server.createBucket(`bucket-${++buckets}`);
    for (const name of names) bucket.insert(name, Buffer.from('x'), {});
    const many = storeOf(bucket.name);
    expect((await many.list('p/')).map((stat) => stat.name)).toEqual(names);
  });
});
