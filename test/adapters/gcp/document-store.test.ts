import { setTimeout as wait } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallLimits } from '#shared/adapters/gcp/bounded-attempts.ts';
import { type FirestoreDocumentStore, firestoreDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { type GrpcRelay, startGrpcRelay } from '../../emulators/grpc-relay.ts';
import { freshProject, requestEmulator } from '../../emulators/request-emulator.ts';
import { documentStoreLaws } from '../../laws/document-store.ts';
import { realClock } from './real-clock.ts';

const emulator = await requestEmulator('firestore');
const opened: FirestoreDocumentStore[] = [];

const FIRESTORE_SERVICE = {
  name: 'google.firestore.v1.Firestore',
  unary: ['BeginTransaction', 'Commit', 'Rollback'],
  serverStreams: ['BatchGetDocuments', 'RunQuery'],
};

function freshStore(emulatorHost = emulator.host, projectId = freshProject(), more: CallLimits = {}): FirestoreDocumentStore {
  const timing = {
    clock: realClock(),
    random: repeatableRandom('jitter'),
    limits: { firstPauseMs: 2, maxPauseMs: 100, ...more },
  };
  const store = firestoreDocumentStore({ projectId, emulatorHost, ...timing });
  opened.push(store);
  return store;
}

describe.skipIf(emulator.isAbsent)(`Firestore emulator${emulator.note}`, () => {
  afterAll(() => Promise.all(opened.map((store) => store.close())));
  documentStoreLaws('firestoreDocumentStore', () => freshStore());

  describe('under faults', () => {
    let relay: GrpcRelay;
    let store: FirestoreDocumentStore;
    beforeEach(async () => {
      relay = await startGrpcRelay(emulator.host, FIRESTORE_SERVICE);
      store = freshStore(relay.host);
    });
    afterEach(() => relay.stop());

    const incrementOnce = async (runs: number[]) =>
      store.transaction(async (tx) => {
        const n = Number((await tx.get('c/n'))?.n ?? 0) + 1;
        runs.push(n);
        tx.set('c/n', { n });
      });

    it.each([
      ['after', 1],
      ['before', 0],
    ] as const)('says COMMIT_UNKNOWN when the answer is lost %s the effect, and does not run the body again', async (when, n) => {
      relay.plan({ method: 'Commit', when, code: status.UNAVAILABLE });
      const runs: number[] = [];
      await expect(incrementOnce(runs)).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN', kind: 'transient' });
      expect(runs).toEqual([1]);
      expect(relay.calls.filter((method) => method === 'Commit')).toHaveLength(1);
      expect(Number((await store.get('c/n'))?.n ?? 0)).toBe(n);
    });

    it('runs the body again after a commit that was refused for contention', async () => {
      relay.plan({ method: 'Commit', when: 'before', code: status.ABORTED });
      const runs: number[] = [];
      await incrementOnce(runs);
      expect(runs).toEqual([1, 1]);
      expect(await store.get('c/n')).toEqual({ n: 1 });
    });

    it('repeats reads, and gives up at once when refused', async () => {
      await incrementOnce([]);
      relay.plan({ method: 'BatchGetDocuments', when: 'before', code: status.ABORTED });
      expect(await store.get('c/n')).toEqual({ n: 1 });
      relay.plan({ method: 'BatchGetDocuments', when: 'before', code: status.PERMISSION_DENIED, times: 100 });
      await expect(store.get('c/n')).rejects.toMatchObject({ code: 'STORE_REFUSED', kind: 'terminal' });
      await expect(incrementOnce([])).rejects.toMatchObject({ code: 'STORE_REFUSED', kind: 'terminal' });
    });

    it('lets no attempt write that was given up before its check was answered', async () => {
      const impatient = freshStore(relay.host, freshProject(), { callTimeoutMs: 1_000 });
      await impatient.get('c/warm-up');
      let runs = 0;
      await impatient.transaction(async (tx) => {
        await tx.get('c/n');
        if (runs++ === 0) relay.plan({ method: 'BatchGetDocuments', when: 'late', delayMs: 2_000 });
        tx.set('c/other', { v: 'early' });
      });
      await impatient.transaction(async (tx) => tx.set('c/other', { v: 'later' }));
      await wait(2_000);
      expect(runs).toBe(2);
      expect(await impatient.get('c/other')).toEqual({ v: 'later' });
    });

    it('repeats the check before a commit that could not be made', async () => {
      relay.plan({ method: 'BatchGetDocuments', when: 'before', code: status.ABORTED });
      await store.transaction(async (tx) => tx.create('c/new', { n: 1 }));
      expect(await store.get('c/new')).toEqual({ n: 1 });
    });

    it('counts nothing that a body makes of a read that failed', async () => {
      // The client itself repeats a read a few times.
      relay.plan({ method: 'BatchGetDocuments', when: 'before', code: status.ABORTED, times: 4 });
      let runs = 0;
      await store.transaction(async (tx) => {
        runs += 1;
        const found = await tx.get('c/other').catch(() => ({ v: 'swallowed' }));
        tx.set('c/copy', { found });
      });
      expect(await store.get('c/copy')).toEqual({ found: null });
      expect(runs).toBeGreaterThan(1);
    });
  });

  it('writes whole numbers as integers and others as doubles', async () => {
    const project = freshProject();
    await freshStore(emulator.host, project).transaction(async (tx) => tx.set('c/d', { pool_size: 5, score: 0.5 }));
    const path = `projects/${project}/databases/(default)/documents/c/d`;
    const raw = (await (await fetch(`http://${emulator.host}/v1/${path}`)).json()) as { fields: unknown };
    expect(raw.fields).toEqual({ pool_size: { integerValue: '5' }, score: { doubleValue: 0.5 } });
  });

  it('refuses documents with values that only Firestore has', async () => {
    const project = freshProject();
    const path = `projects/${project}/databases/(default)/documents/c?documentId=d`;
    const body = JSON.stringify({ fields: { at: { timestampValue: '2026-03-14T00:00:00Z' } } });
    await fetch(`http://${emulator.host}/v1/${path}`, { method: 'POST', body });
    await expect(freshStore(emulator.host, project).get('c/d')).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
  });
});
