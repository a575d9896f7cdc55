import { checkContract } from '../contracts/decode.ts';
import { COLLECTIONS } from '../contracts/names.ts';
import { runRecordSchema } from '../contracts/run-record.ts';
import { dayOfMs, formatDay } from '../core/calendar-day.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { Check } from './check.ts';
import { checkScheduledRun, dueSlot } from './check-runs.ts';

/**
 * Whether the month whose run is due has a release: the scheduled run ended well, or another run of its day or a later one was
 * published. A run that was refused and cured by hand is no reason to wake anybody; a hold or an open approval is one.
 */
export async function watchMonth(runs: Pick<DocumentStore, 'get' | 'list'>, nowMs: number): Promise<Check> {
  const scheduled = await checkScheduledRun(runs, nowMs);
  if (scheduled.state === 'ok') return scheduled;
  // The run of the 1st is about the day before.
  const asOf = formatDay(dayOfMs(dueSlot(nowMs)) - 1);
  const cured = (await runs.list(COLLECTIONS.runs)).find(({ data }) => isPublishedSince(data, asOf));
  if (cured === undefined) return { ...scheduled, state: 'failed' };
  return { name: scheduled.name, state: 'ok', found: `${scheduled.found}; ${cured.id} was published instead` };
}

function isPublishedSince(data: unknown, asOf: string): boolean {
  const record = checkContract(runRecordSchema, data, 'run');
  return record.ok && record.value.outcome === 'PUBLISHED' && record.value.as_of >= asOf;
}
