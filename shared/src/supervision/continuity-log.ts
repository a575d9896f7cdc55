import { type ContinuityRecord, continuitySchema } from '../contracts/continuity.ts';
import { checkContract } from '../contracts/decode.ts';
import { WORKER_COLLECTIONS, WORKER_PATHS } from '../contracts/names.ts';
import { LivepoolError } from '../core/errors.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import { CHAIN_START, chained } from './hash-chain.ts';

export type UnlinkedContinuity = Omit<ContinuityRecord, 'schema' | 'prev_hash' | 'hash'>;

/**
 * Writes a record as the newest one and into the log, in one transaction: the chain has no fork, and a record that was written is
 * never changed. Two of one millisecond are one too many: STORE's DOCUMENT_EXISTS.
 */
export async function appendContinuity(store: DocumentStore, record: UnlinkedContinuity): Promise<ContinuityRecord> {
  return store.transaction(async (tx) => {
    const before = await tx.get(WORKER_PATHS.continuity);
    const prevHash = before === null ? CHAIN_START : continuityOf(before, WORKER_PATHS.continuity).hash;
    const linked: ContinuityRecord = chained({ schema: 'continuity/1' as const, ...record }, prevHash);
    tx.create(WORKER_PATHS.continuityEntry(linked.ts), linked);
    tx.set(WORKER_PATHS.continuity, linked);
    return linked;
  });
}

/** The newest record, null before the first. */
export async function latestContinuity(store: DocumentStore): Promise<ContinuityRecord | null> {
  const data = await store.get(WORKER_PATHS.continuity);
  return data === null ? null : continuityOf(data, WORKER_PATHS.continuity);
}

/** The newest records of the log, oldest first. */
export async function continuityRecords(store: DocumentStore, most: number): Promise<readonly ContinuityRecord[]> {
  const entries = await store.list(WORKER_COLLECTIONS.continuityLog, { descending: true, limit: most });
  return entries.map(({ id, data }) => continuityOf(data, `${WORKER_COLLECTIONS.continuityLog}/${id}`)).toReversed();
}

/**
 * Configuration or contracts changed although the same build runs (quant spec §10): somebody should know why. A configuration of
 * `accepted` was put in force by an operator, which is no drift.
 */
export function driftOf(
  before: ContinuityRecord | null,
  now: UnlinkedContinuity,
  accepted: ReadonlySet<string> = new Set(),
): readonly ('config_hash' | 'schema_hash')[] {
  if (before === null) return [];
  const isSameBuild = JSON.stringify(before.build) === JSON.stringify(now.build);
  if (!isSameBuild) return [];
  return (['config_hash', 'schema_hash'] as const).filter(
    (name) => before[name] !== now[name] && !(name === 'config_hash' && accepted.has(now[name])),
  );
}

function continuityOf(data: unknown, name: string): ContinuityRecord {
  const record = checkContract(continuitySchema, data, name);
  if (record.ok) return record.value;
  throw new LivepoolError('STORE_CORRUPT', 'terminal', record.error.message, record.error.details);
}
