import type { z } from 'zod';
import { checkContract } from '../../contracts/decode.ts';
import { COLLECTIONS, DOCUMENT_PATHS } from '../../contracts/names.ts';
import {
  type RegimeProgress,
  type RegimeSnapshot,
  regimeProgressSchema,
  regimeSnapshotSchema,
} from '../../contracts/regime-snapshot.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { DocumentData, DocumentStore, DocumentTransaction } from '../../ports/document-store.ts';
import { BOUNDARY_MS, boundaryText, parseBoundary } from './boundary.ts';

/** The snapshot of a boundary, or null. */
export async function readSnapshot(documents: Pick<DocumentStore, 'get'>, boundaryMs: number): Promise<RegimeSnapshot | null> {
  return readDocument(documents, DOCUMENT_PATHS.regime(boundaryText(boundaryMs)), regimeSnapshotSchema);
}

/** The newest snapshot that there is, or null. */
export async function readLatestSnapshot(documents: Pick<DocumentStore, 'get'>): Promise<RegimeSnapshot | null> {
  return readDocument(documents, DOCUMENT_PATHS.regimeLatest, regimeSnapshotSchema);
}

/** What a boundary's job has read so far; null when there is nothing, or it was read from elsewhere or under other rules. */
export async function readProgress(
  documents: Pick<DocumentStore, 'get'>,
  wanted: Pick<RegimeProgress, 'boundary' | 'venue' | 'params_hash'>,
): Promise<RegimeProgress | null> {
  const progress = await readDocument(documents, DOCUMENT_PATHS.regimeProgress(wanted.boundary), regimeProgressSchema);
  return progress?.venue === wanted.venue && progress.params_hash === wanted.params_hash ? progress : null;
}

/** Keeps progress; where the snapshot is written already there is nothing to go on with. */
export async function saveProgress(documents: DocumentStore, progress: RegimeProgress): Promise<void> {
  await documents.transaction(async (tx) => {
    if ((await tx.get(DOCUMENT_PATHS.regime(progress.boundary))) !== null) return;
    tx.set(DOCUMENT_PATHS.regimeProgress(progress.boundary), progress satisfies DocumentData);
  });
}

/** The snapshot before a boundary that is older than those that its stability counts; needed only where boundaries come out of order. */
export async function olderSnapshot(documents: DocumentStore, boundaryMs: number): Promise<RegimeSnapshot | null> {
  const latest = await readLatestSnapshot(documents);
  if (latest === null || parseBoundary(latest.boundary) < boundaryMs) return latest;
  const before = boundaryText(boundaryMs - BOUNDARY_MS);
  const [found] = await documents.list(COLLECTIONS.regime, { startAt: before, descending: true, limit: 1 });
  return found === undefined ? null : checked(regimeSnapshotSchema, found.data, `${COLLECTIONS.regime}/${found.id}`);
}

/** Writes a snapshot once, and keeps what is still to be announced; `latest` only ever moves forward. */
export function writeSnapshot(
  tx: DocumentTransaction,
  snapshot: RegimeSnapshot,
  latest: RegimeSnapshot | null,
  progress: RegimeProgress,
): void {
  tx.create(DOCUMENT_PATHS.regime(snapshot.boundary), snapshot satisfies DocumentData);
  tx.set(DOCUMENT_PATHS.regimeProgress(snapshot.boundary), progress satisfies DocumentData);
  const isNewest = latest === null || parseBoundary(latest.boundary) < parseBoundary(snapshot.boundary);
  if (isNewest) tx.set(DOCUMENT_PATHS.regimeLatest, snapshot satisfies DocumentData);
}

async function readDocument<T>(documents: Pick<DocumentStore, 'get'>, path: string, schema: z.ZodType<T>): Promise<T | null> {
  const data = await documents.get(path);
  return data === null ? null : checked(schema, data, path);
}

function checked<T>(schema: z.ZodType<T>, data: DocumentData, path: string): T {
  const document = checkContract(schema, data, path);
  if (document.ok) return document.value;
  throw new LivepoolError('DOCUMENT_UNREADABLE', 'terminal', document.error.message, document.error.details);
}
