import { checkContract } from '../contracts/decode.ts';
import { type LogEntry, logEntrySchema } from '../contracts/log-entry.ts';
import { COLLECTIONS } from '../contracts/names.ts';
import { LivepoolError } from '../core/errors.ts';
import type { DocumentStore } from '../ports/document-store.ts';

/** Every committed act, ascending by number; an unreadable entry is STORE_CORRUPT. */
export async function readLog(documents: Pick<DocumentStore, 'list'>): Promise<readonly LogEntry[]> {
  return (await documents.list(COLLECTIONS.log)).map(({ id, data }) => {
    const entry = checkContract(logEntrySchema, data, `${COLLECTIONS.log}/${id}`);
    if (entry.ok) return entry.value;
    throw new LivepoolError('STORE_CORRUPT', 'terminal', entry.error.message, entry.error.details);
  });
}
