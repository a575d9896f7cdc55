import type { CallTiming } from './bounded-attempts.ts';
import { type FirestoreDocumentStore, firestoreDocumentStore } from './document-store.ts';

/** A Firestore database, or one at the emulator that the configuration names; nothing is loaded before the first call. */
export function openDatabase(
  config: { readonly PIPELINE_PROJECT: string; readonly PIPELINE_FIRESTORE_HOST?: string | undefined },
  databaseId: string,
  timing: CallTiming,
): FirestoreDocumentStore {
  const emulatorHost = config.PIPELINE_FIRESTORE_HOST;
  const { PIPELINE_PROJECT: projectId } = config;
  return firestoreDocumentStore({ projectId, databaseId, ...timing, ...(emulatorHost === undefined ? {} : { emulatorHost }) });
}
