import { afterAll, describe } from 'vitest';
import { type FirestoreDocumentStore, firestoreDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { freshProject, requestEmulator } from '../../emulators/request-emulator.ts';
import { documentStoreLaws } from '../../laws/document-store.ts';
import { realClock } from './real-clock.ts';

const emulator = await requestEmulator('firestore');
const opened: FirestoreDocumentStore[] = [];

function freshStore(): FirestoreDocumentStore {
  const timing = { clock: realClock(), random: repeatableRandom('jitter'), limits: { firstPauseMs: 2, maxPauseMs: 100 } };
  const store = firestoreDocumentStore({ projectId: freshProject(), emulatorHost: emulator.host, ...timing });
  opened.push(store);
  return store;
}

describe.skipIf(emulator.isAbsent)(`Firestore emulator${emulator.note}`, () => {
  afterAll(() => Promise.all(opened.map((store) => store.close())));
  documentStoreLaws('firestoreDocumentStore', freshStore);
});
