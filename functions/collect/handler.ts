import { z } from 'zod';
import type { LoadedPoolParams } from '#shared/contracts/parse-pool-params.ts';
import type { ReleaseSet } from '#shared/contracts/release-set.ts';
import { runKeyText } from '#shared/contracts/run-record.ts';
import { dateText } from '#shared/contracts/text-forms.ts';
import { parseDay } from '#shared/core/calendar-day.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import type { CollectRequest, CollectStageDeps } from '#shared/pipeline/stages/collect-request.ts';
import { runCollectStage } from '#shared/pipeline/stages/collect-stage.ts';
import { type RefreshOutcome, runRefresh } from '#shared/pipeline/stages/refresh-stage.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { readRun } from '#shared/release/publish/run.ts';
import type { EdgeRequest } from '../edge/edge-request.ts';
import type { Outcome } from '../edge/outcome.ts';
import { decodeBody } from '../edge/request-limits.ts';
import type { RunContext } from '../edge/run-context.ts';
import { type RequestedRun, requestedRun } from '../edge/run-key.ts';
import { edgeOutcome } from '../edge/stage-outcome.ts';

/** What may be asked for. A schedule says only the mode; the rest is for people, under a run_id of their own. */
const requestSchema = z.strictObject({
  /** `release` (default) begins the chain; `refresh` only brings the cold tier up to date. */
  purpose: z.enum(['release', 'refresh']).optional(),
  mode: z.string().optional(),
  run_id: z.string().optional(),
  /** Key of a run that exists: it goes on where it stopped. */
  resume: runKeyText.optional(),
  as_of: dateText.optional(),
  /** 2 or more: a deliberate correction of a sealed version. */
  revision: z.int().min(1).optional(),
  accept_revisions: z.boolean().optional(),
});

type CollectRequestBody = z.infer<typeof requestSchema>;

export interface CollectHandlerDeps {
  readonly clock: Clock;
  /** Opened for each request: a collection must see what others stored meanwhile. */
  readonly open: () => CollectStageDeps;
  readonly params: LoadedPoolParams;
  /** What is deployed now, with the bundle that runs among it. */
  readonly deployed: () => Promise<ReleaseSet>;
  readonly symbols?: readonly string[] | undefined;
  readonly volumeScale?: number | undefined;
}

/** Begins or resumes the run that the request names: the first stage of the chain, or a refresh that starts no other. */
export function handleCollect(deps: CollectHandlerDeps) {
  return async (request: EdgeRequest, context: RunContext): Promise<Outcome> => {
    const body = decodeBody(requestSchema, request);
    if (!body.ok) return { kind: 'bad_request', refusal: body.error };
    const nowMs = deps.clock.nowMs();
    const stage = deps.open();
    const run = await runOf(stage, request, body.value, nowMs);
    if (!run.ok) return { kind: 'bad_request', refusal: run.error };
    const refusal = refusalOf(body.value, deps.params);
    if (refusal !== null) return { kind: 'bad_request', refusal };
    const { runKey, scheduledMs } = run.value;
    const { params, symbols, volumeScale } = deps;
    const wish: CollectRequest = {
      runKey,
      nowMs,
      scheduledMs,
      params,
      deployed: await deps.deployed(),
      symbols,
      volumeScale,
      asOf: body.value.as_of === undefined ? undefined : parseDay(body.value.as_of),
      revision: body.value.revision ?? 1,
      acceptRevisions: body.value.accept_revisions ?? false,
    };
    const stageContext = { trace: context.traceId, signal: context.signal };
    if (body.value.purpose === 'refresh') return refreshed(await runRefresh(stage, wish, stageContext), runKey);
    return edgeOutcome(await runCollectStage(stage, wish, stageContext), { run_key: runKey });
  };
}

function refreshed(outcome: RefreshOutcome, runKey: string): Outcome {
  const fields = { run_key: runKey, purpose: 'refresh' };
  if (outcome.kind === 'refused') return { kind: 'terminal', refusals: outcome.refusals, fields };
  if (outcome.kind === 'duplicate') return { kind: 'duplicate', fields };
  const { symbols, candles, quarantined } = outcome.report;
  const failed = symbols.filter(({ state }) => state === 'fetch_failed').length;
  return { kind: 'done', fields: { ...fields, symbols: symbols.length, failed, candles, quarantined } };
}

/** The run to go on with, where the request names one that exists; else the one that it begins. */
async function runOf(
  { runs }: CollectStageDeps,
  { headers }: EdgeRequest,
  { resume, run_id: runId }: CollectRequestBody,
  nowMs: number,
): Promise<Result<RequestedRun, Refusal>> {
  if (resume === undefined) return requestedRun(headers, runId, nowMs);
  if ((await readRun(runs, resume)) !== null) return ok({ runKey: resume, scheduledMs: null });
  return err({ code: 'RUN_KEY_MISSING', message: `there is no run ${resume} to resume` });
}

function refusalOf(body: CollectRequestBody, { params }: LoadedPoolParams): Refusal | null {
  if (body.mode !== undefined && body.mode !== params.mode) {
    return invalid(`mode ${body.mode} is not served here; this function collects for ${params.mode}`);
  }
  const { purpose, run_id, resume, as_of, revision, accept_revisions } = body;
  if (purpose === 'refresh' && revision !== undefined) return invalid('a refresh makes no release, so it has no revision');
  if (run_id !== undefined && resume !== undefined)
    return invalid('run_id begins a run and resume goes on with one; give one of them');
  const isWish = as_of !== undefined || revision !== undefined || accept_revisions !== undefined;
  const isManual = run_id !== undefined || resume?.startsWith('manual:') === true;
  return isWish && !isManual ? invalid('as_of, revision and accept_revisions are for runs with a run_id') : null;
}

function invalid(message: string): Refusal {
  return { code: 'REQUEST_INVALID', message };
}
