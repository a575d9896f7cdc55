import { join } from 'node:path';
import { openDatabase } from '#shared/adapters/gcp/open-database.ts';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import { sqliteQuantStore } from '#shared/adapters/sqlite/quant-store.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { QuantStore } from '#shared/ports/quant-store.ts';
import type { Random } from '#shared/ports/random.ts';
import type { WorkerConfig } from './config.ts';

/** What the worker keeps: its own documents, and what the quant engine commits. */
export interface WorkerStores {
  readonly documents: DocumentStore;
  readonly quant: QuantStore;
  close(): void;
}

/** Documents live in Firestore where a project is named, else beside the engine's in the data folder. */
export function workerStores(config: WorkerConfig, timing: { readonly clock: Clock; readonly random: Random }): WorkerStores {
  const { PIPELINE_PROJECT: project, PIPELINE_FIRESTORE_HOST: host, PIPELINE_DATA_FOLDER: folder } = config;
  const quant = sqliteQuantStore({ file: join(folder, 'quant.sqlite') });
  if (project !== undefined) {
    const place = { PIPELINE_PROJECT: project, PIPELINE_FIRESTORE_HOST: host };
    return { documents: openDatabase(place, config.PIPELINE_EXEC_DATABASE, timing), quant, close: () => quant.close() };
  }
  const documents = sqliteDocumentStore({ file: join(folder, 'documents.sqlite') });
  const close = (): void => {
    quant.close();
    documents.close();
  };
  return { documents, quant, close };
}
