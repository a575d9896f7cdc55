import { describe, expect, it } from 'vitest';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import { ABSENT, type ObjectStore } from '#shared/ports/object-store.ts';
import { CrashError, type Fault, faultWire } from './fault-wire.ts';
import { faultyDocumentStore } from './faulty-document-store.ts';
import { faultyObjectStore } from './faulty-object-store.ts';

const create = (store: ObjectStore, name: string) =>
  store.put(name, new Uint8Array([1]), { ifGenerationMatch: ABSENT, contentType: 'application/octet-stream' });

const increment = (store: DocumentStore) =>
  store.transaction(async (tx) => {
    const count = ((await tx.get('c/n'))?.n as number | undefined) ?? 0;
    tx.set('c/n', { n: count + 1 });
    return count + 1;
  });

function world(faults: readonly Fault[] = []) {
  const wire = faultWire();
  const process = wire.process('p', faults);
  const [objects, documents] = [memoryObjectStore(), memoryDocumentStore()];
  return {
    wire,
    process,
    objects,
    documents,
    p: { objects: faultyObjectStore(objects, process), documents: faultyDocumentStore(documents, process) },
    q: { objects: faultyObjectStore(objects, wire.process('q')), documents: faultyDocumentStore(documents, wire.process('q')) },
  };
}

describe('object store under faults', () => {
  it('passes calls through and counts them', async () => {
    const { p, process, wire } = world();
    await create(p.objects, 'a');
    expect((await p.objects.get('a'))?.bytes).toEqual(new Uint8Array([1]));
    expect(process.callCount()).toBe(2);
    expect(wire.log.map(({ operation, target, isWrite }) => [operation, target, isWrite])).toEqual([
      ['put', 'a', true],
      ['get', 'a', false],
    ]);
  });

  it('crashes before the call: nothing happened and every later call fails', async () => {
    const { p, process, objects } = world([{ call: 0, effect: 'none', outcome: 'crash' }]);
    await expect(create(p.objects, 'a')).rejects.toThrow(CrashError);
    await expect(p.objects.stat('a')).rejects.toThrow(CrashError);
    await expect(p.documents.get('c/n')).rejects.toThrow(CrashError);
    expect(process.isDead()).toBe(true);
    expect(await objects.stat('a')).toBeNull();
  });

  it('crashes after the call took effect', async () => {
    const { p, objects } = world([{ call: 0, effect: 'applied', outcome: 'crash' }]);
    await expect(create(p.objects, 'a')).rejects.toThrow(CrashError);
    expect(await objects.stat('a')).not.toBeNull();
  });

  it('applies a late write after k further calls of any process', async () => {
    const { p, q, wire } = world([{ call: 0, effect: 'delayed', outcome: 'crash', delayCalls: 2 }]);
    await expect(create(p.objects, 'a')).rejects.toThrow(CrashError);
    const seen: boolean[] = [];
    for (let i = 0; i < 4; i++) seen.push((await q.objects.stat('a')) !== null);
    expect(seen).toEqual([false, false, true, true]);
    expect(wire.pending()).toBe(0);
  });

  it('keeps the precondition of a late write', async () => {
    const { p, q, wire, objects } = world([{ call: 0, effect: 'delayed', outcome: 'crash', delayCalls: 9 }]);
    await expect(create(p.objects, 'a')).rejects.toThrow(CrashError);
    const mine = await create(q.objects, 'a');
    await wire.flush();
    expect((await objects.stat('a'))?.generation).toBe(mine.written ? mine.stat.generation : 'not written');
  });

  it('can lose an answer without a crash', async () => {
    const { p } = world([{ call: 0, effect: 'applied', outcome: 'error' }]);
    await expect(create(p.objects, 'a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', kind: 'transient' });
    expect(await create(p.objects, 'a')).toMatchObject({ written: false });
  });
});

describe('document store under faults', () => {
  it('counts each read and the commit', async () => {
    const { p, process } = world();
    expect(await increment(p.documents)).toBe(1);
    expect(process.callCount()).toBe(2);
  });

  it.each([
    ['none', 'crash', null],
    ['applied', 'crash', { n: 1 }],
    ['none', 'error', null],
    ['applied', 'error', { n: 1 }],
  ] as const)('commit with effect %s and outcome %s', async (effect, outcome, after) => {
    const { p, documents } = world([{ call: 1, effect, outcome }]);
    const failure = await increment(p.documents).catch((error: unknown) => error);
    if (outcome === 'crash') expect(failure).toBeInstanceOf(CrashError);
    else expect(failure).toMatchObject({ code: 'COMMIT_UNKNOWN' });
    expect(await documents.get('c/n')).toEqual(after);
  });

  it('a crash in a read leaves nothing', async () => {
    const { p, documents } = world([{ call: 0, effect: 'applied', outcome: 'crash' }]);
    await expect(increment(p.documents)).rejects.toThrow(CrashError);
    expect(await documents.get('c/n')).toBeNull();
  });

  it('a late commit applies when its reads still hold', async () => {
    const { p, wire, documents } = world([{ call: 1, effect: 'delayed', outcome: 'crash' }]);
    await expect(increment(p.documents)).rejects.toThrow(CrashError);
    expect(await documents.get('c/n')).toBeNull();
    await wire.flush();
    expect(await documents.get('c/n')).toEqual({ n: 1 });
  });

  it('a late commit is refused when something it read has changed', async () => {
    const { p, q, wire, documents } = world([{ call: 1, effect: 'delayed', outcome: 'crash', delayCalls: 9 }]);
    await expect(increment(p.documents)).rejects.toThrow(CrashError);
    await increment(q.documents);
    await increment(q.documents);
    await wire.flush();
    expect(await documents.get('c/n')).toEqual({ n: 2 });
  });

  it('reruns a body whose commit met a conflict', async () => {
    const { p, q, documents, process } = world();
    let runs = 0;
    await p.documents.transaction(async (tx) => {
      const before = await tx.get('c/n');
      if (runs++ === 0) await increment(q.documents);
      tx.set('c/n', { n: ((before?.n as number | undefined) ?? 0) + 10 });
    });
    expect(await documents.get('c/n')).toEqual({ n: 11 });
    expect(process.callCount()).toBe(4);
  });

  it('a commit that met a conflict and a crash is not tried again', async () => {
    const { p, q, documents } = world([{ call: 1, effect: 'applied', outcome: 'crash' }]);
    const doomed = p.documents.transaction(async (tx) => {
      await tx.get('c/n');
      await increment(q.documents);
      tx.set('c/n', { n: 99 });
    });
    await expect(doomed).rejects.toThrow(CrashError);
    expect(await documents.get('c/n')).toEqual({ n: 1 });
  });
});
