import { runKeyText } from '#shared/contracts/run-record.ts';
import { formatInstantZ, parseInstant } from '#shared/core/instant.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';

/** Which run a request is about. */
export interface RequestedRun {
  readonly runKey: string;
  /** The slot of a scheduled run, ms since the epoch; null for a manual one. */
  readonly scheduledMs: number | null;
}

/** A slot this far ahead of our clock is not due: somebody forced the job, and the header names the next slot. */
const EARLY_MS = 60_000;

/**
 * Run key of a request (operations spec §2): `manual:<run_id>` where the body carries an id, else `<job id>:<slot>` from Cloud
 * Scheduler's headers. Refused with RUN_KEY_MISSING without either, and when the slot lies ahead: a forced run must carry its own
 * id, or it would take the next slot's key.
 */
export function requestedRun(
  headers: Readonly<Record<string, string | undefined>>,
  runId: string | undefined,
  nowMs: number,
): Result<RequestedRun, Refusal> {
  if (runId !== undefined) return checked(`manual:${runId}`, null);
  const job = headers['x-cloudscheduler-jobname']?.split('/').at(-1);
  const slot = headers['x-cloudscheduler-scheduletime'];
  if (job === undefined || slot === undefined) return missing('neither run_id nor the headers of Cloud Scheduler are there');
  const scheduledMs = parseInstant(slot);
  if (scheduledMs === undefined) return missing(`X-CloudScheduler-ScheduleTime is ${JSON.stringify(slot)}, no UTC instant`);
  if (scheduledMs > nowMs + EARLY_MS) return missing(`the slot ${slot} is not due yet`);
  return checked(`${job}:${formatInstantZ(scheduledMs).replaceAll(/[-:]/g, '')}`, scheduledMs);
}

function checked(runKey: string, scheduledMs: number | null): Result<RequestedRun, Refusal> {
  const parsed = runKeyText.safeParse(runKey);
  return parsed.success ? ok({ runKey, scheduledMs }) : missing(`${JSON.stringify(runKey)} is no run key`);
}

function missing(why: string): { readonly ok: false; readonly error: Refusal } {
  return err({ code: 'RUN_KEY_MISSING', message: `${why}; a run that is started by hand must carry its own run_id` });
}
