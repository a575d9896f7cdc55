import { z } from 'zod';
import { TOPICS } from '#shared/contracts/names.ts';
import { publishedMessageSchema } from '#shared/contracts/stage-message.ts';
import { instantText } from '#shared/contracts/text-forms.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { formatInstantZ, parseInstant } from '#shared/core/instant.ts';
import type { Refusal } from '#shared/core/result.ts';
import type { Check } from '#shared/health/check.ts';
import { watchMonth } from '#shared/health/watch-month.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { EventBus } from '#shared/ports/event-bus.ts';
import { periodOf, REPORT_PERIODS } from '#shared/reports/report-period.ts';
import { type ReportDeps, type ReportOutcome, reportAct, reportPeriod } from '#shared/reports/report-release.ts';
import type { ReportPlace } from '#shared/reports/store-report.ts';
import type { EdgeRequest } from '../edge/edge-request.ts';
import type { Outcome } from '../edge/outcome.ts';
import { decodePush } from '../edge/push-envelope.ts';
import { pushHandler } from '../edge/push-handler.ts';
import { decodeBody } from '../edge/request-limits.ts';
import type { RunContext } from '../edge/run-context.ts';

/** What a schedule or a person asks for. */
const requestSchema = z.strictObject({
  /** A period to report on, or `watchdog`: is there a release of this month? */
  kind: z.enum([...REPORT_PERIODS, 'watchdog']),
  /** Any instant of the period; default: the slot of the schedule, or the present. */
  at: instantText.optional(),
});

/** A slot this far ahead is not due: somebody forced the job, and its header names the next slot. */
const EARLY_MS = 60_000;

export interface ReportHandlerDeps {
  readonly bus: EventBus;
  readonly clock: Clock;
  /** Database of run records. */
  readonly runs: Pick<DocumentStore, 'get' | 'list'>;
  /** Judged anew for each request: the age of a release depends on the present. */
  readonly open: (nowMs: number) => ReportDeps;
}

/**
 * Reports on the committed release: on every announcement of an act, and for the period that a request names. What a message says
 * besides that there was an act is not used: the stores say what is committed. Before the first release a period has no report.
 * As `watchdog` it only looks whether the month has its release.
 */
export function handleReport(deps: ReportHandlerDeps) {
  const onAnnouncement = pushHandler({
    topic: TOPICS.published,
    schema: publishedMessageSchema,
    bus: deps.bus,
    handle: async ({ run_key, trace }) => answer(await reportAct(deps.open(deps.clock.nowMs())), { run_key, run_trace: trace }),
  });
  return async (request: EdgeRequest, context: RunContext): Promise<Outcome> => {
    if (decodePush(request.body).ok) return onAnnouncement(request, context);
    const body = decodeBody(requestSchema, request);
    if (!body.ok) return { kind: 'bad_request', refusal: body.error };
    const nowMs = deps.clock.nowMs();
    const { kind, at } = body.value;
    const atMs = parseInstant(at ?? request.headers['x-cloudscheduler-scheduletime'] ?? '') ?? nowMs;
    if (atMs > nowMs + EARLY_MS) return { kind: 'bad_request', refusal: notDue(kind, atMs) };
    if (kind === 'watchdog') return watched(await watchMonth(deps.runs, atMs), context);
    const place = { kind, period: periodOf(kind, atMs) };
    try {
      return answer(await reportPeriod(deps.open(atMs), place, atMs), {});
    } catch (error) {
      return nothingYet(error, place, context);
    }
  };
}

/** A month without a release is told by a line that wakes somebody; asking again would change nothing, so it is no failure. */
function watched({ state, found, remedy }: Check, { logger }: RunContext): Outcome {
  const fields = { watchdog: state === 'ok' ? 'released' : 'missing', found };
  if (state !== 'ok') logger.error('watchdog.release_missing', { code: 'RELEASE_MISSING', message: found, remedy: remedy ?? '' });
  return { kind: 'done', fields };
}

/** Schedules begin with the deployment, releases with the first month: until then there is nothing to tell, and nobody to wake. */
function nothingYet(error: unknown, { kind, period }: ReportPlace, { logger }: RunContext): Outcome {
  if (!(error instanceof LivepoolError) || error.code !== 'NO_RELEASE') throw error;
  const fields = { report: `${kind}/${period}`, code: error.code };
  logger.notice('report.no_release', { ...fields, message: error.message });
  return { kind: 'no_op', fields };
}

function answer({ kind, version, place, status }: ReportOutcome, more: Readonly<Record<string, string>>): Outcome {
  const fields = { ...more, release_version: version, report: `${place.kind}/${place.period}`, status: status ?? 'reported' };
  if (kind !== 'waiting') return { kind, fields };
  const message = `${version} is not shadowed yet; its monthly bundle follows once it is`;
  return { kind: 'not_ready', refusal: { code: 'stage_not_ready', message, details: fields } };
}

/** A period is reported on once: taken too early, it would never be told as it was. */
function notDue(kind: string, atMs: number): Refusal {
  const message = `${kind} of ${formatInstantZ(atMs)} is not due yet; name an instant of the past with "at"`;
  return { code: 'REQUEST_INVALID', message };
}
