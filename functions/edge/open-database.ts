import type { CallTiming } from '#shared/adapters/gcp/bounded-attempts.ts';
import { firestoreDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';

/** A Firestore database, or one at the emulator that the configuration names; nothing is loaded before the first call. */
export function openDatabase(
  config: { readonly PIPELINE_PROJECT: string; readonly PIPELINE_FIRESTORE_HOST?: string | undefined },
  databaseId: string,
  timing: CallTiming,
): DocumentStore {
  const emulatorHost = config.PIPELINE_FIRESTORE_HOST;
  const { PIPELINE_PROJECT: projectId } = config;
  return firestoreDocumentStore({ projectId, databaseId, ...timing, ...(emulatorHost === undefined ? {} : { emulatorHost }) });
}
