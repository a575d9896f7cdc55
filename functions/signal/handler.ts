import { z } from 'zod';
import { JOBS } from '#shared/contracts/names.ts';
import type { LoadedRegimeParams } from '#shared/contracts/regime-params.ts';
import { instantText } from '#shared/contracts/text-forms.ts';
import { formatInstantZ, parseInstant } from '#shared/core/instant.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { boundaryAt, boundaryText } from '#shared/signals/regime/boundary.ts';
import { type RegimeJobDeps, type RegimeJobOutcome, runRegimeJob } from '#shared/signals/regime/regime-job.ts';
import type { EdgeRequest } from '../edge/edge-request.ts';
import type { Outcome } from '../edge/outcome.ts';
import { decodeBody } from '../edge/request-limits.ts';
import type { RunContext } from '../edge/run-context.ts';
import { requestedRun } from '../edge/run-key.ts';

/** What may be asked for. A schedule says nothing, its job's name is in a header; the rest is for people, under a run_id of their own. */
const requestSchema = z.strictObject({
  job: z.string().optional(),
  run_id: z.string().optional(),
  /** Any instant of the past: the boundary at or before it is judged. */
  as_of: instantText.optional(),
});

type SignalRequest = z.infer<typeof requestSchema>;

export interface SignalHandlerDeps {
  readonly clock: Clock;
  /** Opened for each request: the venue's list changes. */
  readonly open: () => RegimeJobDeps;
  readonly params: LoadedRegimeParams;
  readonly bundleSha256: string;
}

/** Runs the job that the request names: the regime of a 4h boundary is the only one. */
export function handleSignal({ clock, open, params, bundleSha256 }: SignalHandlerDeps) {
  return async (request: EdgeRequest, context: RunContext): Promise<Outcome> => {
    const body = decodeBody(requestSchema, request);
    if (!body.ok) return { kind: 'bad_request', refusal: body.error };
    const nowMs = clock.nowMs();
    const asked = askedRun(request, body.value, nowMs);
    if (!asked.ok) return { kind: 'bad_request', refusal: asked.error };
    const { runKey, boundaryMs } = asked.value;
    const { traceId: trace, signal } = context;
    const outcome = await runRegimeJob(open(), { boundaryMs, nowMs, params, bundleSha256, runKey, trace, signal });
    tell(context, outcome);
    return edgeOutcome(outcome, runKey, boundaryMs);
  };
}

interface AskedRun {
  readonly runKey: string;
  readonly boundaryMs: number;
}

function askedRun({ headers }: EdgeRequest, body: SignalRequest, nowMs: number): Result<AskedRun, Refusal> {
  const scheduled = headers['x-cloudscheduler-jobname']?.split('/').at(-1);
  const unknown = [scheduled, body.job].find((job) => job !== undefined && job !== JOBS.regime);
  if (unknown !== undefined) return invalid(`job ${unknown} is not served here; this function serves ${JOBS.regime}`);
  if (body.as_of !== undefined && body.run_id === undefined) return invalid('as_of is for runs with a run_id');
  const run = requestedRun(headers, body.run_id, nowMs);
  if (!run.ok) return run;
  const atMs = (body.as_of === undefined ? run.value.scheduledMs : parseInstant(body.as_of)) ?? nowMs;
  if (body.as_of !== undefined && atMs > nowMs)
    return invalid(`as_of ${body.as_of} is not over yet; it is ${formatInstantZ(nowMs)}`);
  return ok({ runKey: run.value.runKey, boundaryMs: boundaryAt(atMs) });
}

/** A snapshot that says less than it could is worth a line of its own, and so is a change. */
function tell({ logger }: RunContext, outcome: RegimeJobOutcome): void {
  if (outcome.kind !== 'done') return;
  const { boundary, regime, raw_regime, confidence, method, since, universe } = outcome.snapshot;
  logger.info('regime.written', { boundary, regime, raw_regime, confidence, method, since });
  if (method === 'lead' || method === 'fast_highvol') logger.notice('regime.switched', { boundary, regime, method });
  if (universe.failed.length > 0) logger.warn('regime.symbols_unread', { boundary, count: universe.failed.length });
  const rejected = Object.values(universe.rejected_rows).reduce((sum, count) => sum + count, 0);
  if (rejected > 0) logger.warn('regime.rows_rejected', { boundary, count: rejected });
}

function edgeOutcome(outcome: RegimeJobOutcome, runKey: string, boundaryMs: number): Outcome {
  const boundary = boundaryText(boundaryMs);
  if (outcome.kind === 'not_due') {
    const message = `the last bar of ${boundary} may not be used yet`;
    return { kind: 'not_ready', refusal: { code: 'stage_not_ready', message } };
  }
  const { regime, raw_regime, confidence } = outcome.snapshot;
  return { kind: outcome.kind, fields: { run_key: runKey, boundary, regime, raw_regime, confidence } };
}

function invalid(message: string): { readonly ok: false; readonly error: Refusal } {
  return err({ code: 'REQUEST_INVALID', message });
}
