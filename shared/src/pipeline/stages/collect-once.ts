import type { RunRecord } from '../../contracts/run-record.ts';
import { type CalendarDay, parseDay } from '../../core/calendar-day.ts';
import { invariant, LivepoolError } from '../../core/errors.ts';
import { parseInstant } from '../../core/instant.ts';
import type { Refusal, Result } from '../../core/result.ts';
import { type CollectedPool, type CollectPoolDeps, collectPool } from '../collect-pool.ts';
import type { CollectRequest } from './collect-request.ts';
import type { StageContext } from './stage.ts';

/** The days that a run is about, as its record keeps them. */
export interface RunDays {
  readonly asOf: CalendarDay;
  readonly logicalTimeMs: number;
}

/** Brings the cold tier up to a run's day. Another collection of the same source at the same time is no fault of this run: it is tried again. */
export async function collectOnce(
  deps: CollectPoolDeps,
  { params, symbols, acceptRevisions }: CollectRequest,
  { asOf, logicalTimeMs }: RunDays,
  { signal }: StageContext,
): Promise<Result<CollectedPool, readonly Refusal[]>> {
  const input = { params: params.params, asOf, nowMs: logicalTimeMs, symbols, acceptRevisions };
  try {
    return await collectPool(deps, { ...input, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.code !== 'COLD_CONFLICT') throw error;
    throw new LivepoolError(
      'STORE_UNAVAILABLE',
      'transient',
      `another collection is at work: ${error.message}`,
      error.details,
      error,
    );
  }
}

/** The pinned day and logical time of a run. */
export function daysOf(runKey: string, { as_of, logical_time }: RunRecord): RunDays {
  const [asOf, logicalTimeMs] = [parseDay(as_of), parseInstant(logical_time)];
  invariant(asOf !== undefined && logicalTimeMs !== undefined, `run ${runKey} has no readable date`);
  return { asOf, logicalTimeMs };
}
