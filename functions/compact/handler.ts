import { z } from 'zod';
import type { ColdDeps, ColdLayout } from '#shared/cold/append-rows.ts';
import type { CompactedPartition } from '#shared/cold/compact.ts';
import { type CompactTierSummary, compactColdTier, STAGED_NAMES } from '#shared/cold/compact-cold-tier.ts';
import { RAW_FRAMES } from '#shared/cold/raw-frames.ts';
import { dateText } from '#shared/contracts/text-forms.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { EdgeRequest } from '../edge/edge-request.ts';
import type { Outcome } from '../edge/outcome.ts';
import { decodeBody } from '../edge/request-limits.ts';
import type { RunContext } from '../edge/run-context.ts';

/** What a schedule or a person asks for: everything that is over, or one table, or what began on one day. */
const requestSchema = z.strictObject({
  table: z.enum([...STAGED_NAMES]).optional(),
  date: dateText.optional(),
});

export interface CompactHandlerDeps {
  readonly clock: Clock;
  readonly cold: ColdDeps;
  readonly layout: ColdLayout;
}

/**
 * Seals what the worker staged (operations spec §1). Idempotent by table and date: what is sealed already is a no-op, and what was
 * left for lack of time is finished by the next call, which the answer 503 asks for.
 */
export function handleCompact({ clock, cold, layout }: CompactHandlerDeps) {
  return async (request: EdgeRequest, { logger, signal }: RunContext): Promise<Outcome> => {
    const body = decodeBody(requestSchema, request);
    if (!body.ok) return { kind: 'bad_request', refusal: body.error };
    const { table, date } = body.value;
    const summary = await compactColdTier(cold, layout, {
      nowMs: clock.nowMs(),
      signal,
      ...(table === undefined ? {} : { table }),
      ...(date === undefined ? {} : { day: date }),
    });
    for (const { dt, stream, lines } of summary.frames.sealed) logger.info('compact.frames_sealed', { dt, stream, lines });
    for (const { table: of, dt, segments, written, rejected, isQuarantined } of summary.tables.partitions) {
      if (isQuarantined) logger.warn('compact.quarantined', { table: of, dt, rows: written });
      if (written > 0) logger.info('compact.sealed', { table: of, dt, segments, rows: written, rejected });
    }
    return outcomeOf(summary);
  };
}

/** A name that another compaction took in the meantime is no fault: the next call finds its rows sealed. */
const PASSING = 'COLD_CONFLICT';

function outcomeOf({ tables, frames }: CompactTierSummary): Outcome {
  const { partitions } = tables;
  const failed = [...tables.failed, ...frames.failed.map((each) => ({ table: RAW_FRAMES, ...each }))];
  const left = tables.left + frames.left;
  const fields = {
    partitions: partitions.length,
    rows: total(partitions, 'written'),
    duplicates: total(partitions, 'duplicates'),
    corrections: total(partitions, 'corrections'),
    rejected: total(partitions, 'rejected'),
    deleted: total(partitions, 'deleted') + frames.deleted,
    frame_files: frames.sealed.length,
  };
  const broken = failed.filter(({ code }) => code !== PASSING);
  if (broken.length > 0) {
    const refusals = broken.map(({ table, dt, code, message }) => ({ code, message: `${table} ${dt}: ${message}` }));
    return { kind: 'terminal', refusals, fields };
  }
  if (left > 0 || failed.length > 0) {
    const message = `${left} partitions are left for lack of time, ${failed.length} were taken by another compaction; call again`;
    return { kind: 'not_ready', refusal: { code: 'stage_not_ready', message, details: fields } };
  }
  return { kind: fields.rows + fields.deleted + fields.frame_files === 0 ? 'no_op' : 'done', fields };
}

function total(partitions: readonly CompactedPartition[], of: 'written' | 'duplicates' | 'corrections' | 'rejected' | 'deleted') {
  return partitions.reduce((sum, partition) => sum + partition[of], 0);
}
