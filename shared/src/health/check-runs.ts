import { checkContract } from '../contracts/decode.ts';
import { COLLECTIONS, DOCUMENT_PATHS, JOBS } from '../contracts/names.ts';
import { type RunRecord, runRecordSchema } from '../contracts/run-record.ts';
import { parseInstant } from '../core/instant.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { Check } from './check.ts';

/** A scheduled run is done this long after its slot, or something is wrong (operations spec §2, §11). */
const DONE_AFTER_MS = 2 * 3_600_000;

const R03 = 'docs/operations/runbooks.md, R-03';

/** The last run that the calendar wanted, and every run that began and never ended. */
export async function checkRuns(runs: DocumentStore, nowMs: number): Promise<readonly Check[]> {
  const runKey = slotKey(dueSlot(nowMs));
  const scheduled = await checkScheduledRun(runs, nowMs);
  const open = (await runs.list(COLLECTIONS.runs)).filter(
    ({ id, data }) => id !== runKey && !isRefresh(id) && isStuck(data, nowMs),
  );
  return [scheduled, ...open.map(({ id }) => stuck(id))];
}

/** The last run that the calendar wanted: `ok` when it ended with its release in place. */
export async function checkScheduledRun(runs: Pick<DocumentStore, 'get'>, nowMs: number): Promise<Check> {
  const runKey = slotKey(dueSlot(nowMs));
  const record = await runs.get(DOCUMENT_PATHS.run(runKey));
  return record === null ? missing(runKey) : scheduledRun(runKey, record);
}

/** The newest slot of the monthly job whose run should be done by now. */
export function dueSlot(nowMs: number): number {
  return lastSlot(nowMs - DONE_AFTER_MS);
}

/** The newest slot of the monthly job at or before an instant: the first of a month, 03:15 UTC (operations spec §2). */
export function lastSlot(nowMs: number): number {
  const now = new Date(nowMs);
  const thisMonth = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1, 3, 15);
  return thisMonth <= nowMs ? thisMonth : Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1, 3, 15);
}

function slotKey(slotMs: number): string {
  const stamp = new Date(slotMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  return `${JOBS.poolMonthly}:${stamp}`;
}

function scheduledRun(runKey: string, data: unknown): Check {
  const record = checkContract(runRecordSchema, data, runKey);
  if (!record.ok) return { name: 'run', state: 'failed', found: `${runKey} is unreadable: ${record.error.message}`, remedy: R03 };
  const { outcome, code, stages } = record.value;
  const name = 'run';
  switch (outcome) {
    case 'PUBLISHED':
    case 'NO_OP':
      return { name, state: 'ok', found: `${runKey} ended as ${outcome}` };
    case 'HELD':
      return {
        name,
        state: 'warning',
        found: `${runKey} was held`,
        remedy: 'lift the hold, or approve the run, and resume it by its key',
      };
    case 'REFUSED':
    case 'FAILED':
      return { name, state: 'failed', found: `${runKey} ended as ${outcome}: ${code ?? 'no code'}`, remedy: R03 };
    case null:
      return { name, state: 'failed', found: `${runKey} is open after ${stageText(stages)}`, remedy: resumeText(runKey) };
  }
}

function missing(runKey: string): Check {
  const remedy = `if the stack is older than that slot: was the job paused, did it fail? ${R03}`;
  return { name: 'run', state: 'warning', found: `there is no run ${runKey}`, remedy };
}

/** A daily refresh that never ended needs nobody: the next night's takes up what it staged, and an alert tells when none succeeds. */
function isRefresh(runKey: string): boolean {
  return runKey.startsWith(`${JOBS.collectDaily}:`);
}

function isStuck(data: unknown, nowMs: number): boolean {
  const { logical_time, outcome } = data as Partial<RunRecord>;
  const sinceMs = parseInstant(logical_time ?? '');
  return outcome === null && sinceMs !== undefined && nowMs - sinceMs > DONE_AFTER_MS;
}

function stuck(runKey: string): Check {
  return { name: 'run', state: 'warning', found: `${runKey} began and never ended`, remedy: resumeText(runKey) };
}

function resumeText(runKey: string): string {
  return `look at its dead letters, then send {"resume":"${runKey}"} to collect (${R03})`;
}

function stageText(stages: RunRecord['stages']): string {
  return Object.keys(stages).join(', ') || 'nothing';
}
