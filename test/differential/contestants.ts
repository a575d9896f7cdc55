import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { firestoreDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { gcsObjectStore } from '#shared/adapters/gcp/object-store.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { realClock } from '../adapters/gcp/real-clock.ts';
import { startGcsServer } from '../gcs-server/server.ts';
import { rewindableStores } from '../release/campaign/rewindable-stores.ts';
import type { Contestant } from './compare-stores.ts';

const timing = { clock: realClock(), random: repeatableRandom('jitter'), limits: { firstPauseMs: 1 } };

/** Stores of one process. The campaign's own stores are judged like any other. */
export const LOCAL_OBJECT_STORES: readonly Contestant<ObjectStore>[] = [
  { name: 'memory', open: async () => ({ store: memoryObjectStore() }) },
  { name: 'rewindable', open: async () => ({ store: rewindableStores().objects }) },
  { name: 'folder', open: async () => inFolder((root) => ({ store: folderObjectStore({ root, durable: false }) })) },
];

export const LOCAL_DOCUMENT_STORES: readonly Contestant<DocumentStore>[] = [
  { name: 'memory', open: async () => ({ store: memoryDocumentStore() }) },
  { name: 'rewindable', open: async () => ({ store: rewindableStores().documents }) },
  {
    name: 'SQLite',
    open: async () =>
      inFolder((root) => {
        const store = sqliteDocumentStore({ file: join(root, 'documents.sqlite') });
        return { store, close: () => store.close() };
      }),
  },
];

/** The real Cloud Storage client against the storage test server, without versions since no other store keeps them; stop it when done. */
export async function cloudStorage(): Promise<Contestant<ObjectStore> & { readonly stop: () => Promise<void> }> {
  const server = await startGcsServer({ rewriteBytesPerCall: 5 });
  let buckets = 0;
  const open = async () => {
    const { name } = server.createBucket(`bucket-${++buckets}`, { versioning: false });
    return { store: gcsObjectStore({ bucket: name, apiEndpoint: server.endpoint, ...timing }) };
  };
  return { name: 'Cloud Storage', open, stop: () => server.stop() };
}

/** The real Firestore client against an emulator; a project of its own is an empty database. */
export function firestore(emulatorHost: string, freshProject: () => string): Contestant<DocumentStore> {
  const open = async () => {
    const store = firestoreDocumentStore({ projectId: freshProject(), emulatorHost, ...timing });
    return { store, close: () => store.close() };
  };
  return { name: 'Firestore', open };
}

function inFolder<S>(open: (root: string) => { readonly store: S; readonly close?: () => void }) {
  const root = mkdtempSync(join(tmpdir(), 'differential-'));
  const { store, close } = open(root);
  const remove = (): void => {
    close?.();
    rmSync(root, { recursive: true, force: true });
  };
  return { store, close: remove };
}
