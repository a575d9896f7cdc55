import type { CallerCheck } from '#shared/adapters/gcp/caller-token.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Refusal, Result } from '#shared/core/result.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { LogFields, Logger } from '#shared/ports/logger.ts';
import type { Random } from '#shared/ports/random.ts';
import { answerOf, BUG_ANSWER, transientAnswer } from './answer-of.ts';
import type { EdgeAnswer, EdgeRequest } from './edge-request.ts';
import type { Outcome } from './outcome.ts';
import { terminalOf } from './push-handler.ts';
import { checkRequest } from './request-limits.ts';
import { type RunContext, requestTime, traceOf } from './run-context.ts';

/** One deployable behind its door. */
export interface Endpoint {
  /** Longest request in seconds, as deployed. */
  readonly timeoutS: number;
  readonly handle: (request: EdgeRequest, context: RunContext) => Promise<Outcome>;
}

export interface ServeDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly checkCaller: CallerCheck;
  /** A logger whose lines belong to one trace. */
  readonly loggerOf: (trace: { readonly traceId: string; readonly spanId?: string }) => Logger;
}

/** An answer, and whether this instance must end after it: a broken invariant may have left it in any state. */
export interface Served {
  readonly answer: EdgeAnswer;
  readonly mustExit: boolean;
}

/** Serves one request: who calls, is it well-formed, the use case, one log line about how it ended (operations spec §2, §5). */
export async function serveRequest(deps: ServeDeps, endpoint: Endpoint, request: EdgeRequest): Promise<Served> {
  const startedMs = deps.clock.nowMs();
  const trace = traceOf(request.headers, deps.random);
  const logger = deps.loggerOf(trace);
  const time = requestTime(deps.clock, endpoint.timeoutS);
  try {
    const outcome = await outcomeOf(deps, endpoint, request, { logger, traceId: trace.traceId, ...time });
    logOutcome(logger, outcome, deps.clock.nowMs() - startedMs);
    return { answer: answerOf(outcome), mustExit: false };
  } catch (error) {
    return failed(logger, error, deps.clock.nowMs() - startedMs);
  } finally {
    time.close();
  }
}

async function outcomeOf(
  deps: ServeDeps,
  endpoint: Endpoint,
  request: EdgeRequest,
  context: Omit<RunContext, 'caller'>,
): Promise<Outcome> {
  const caller = await deps.checkCaller(request.headers.authorization);
  if (!caller.ok) return refused(caller.error);
  const valid: Result<null, Refusal> = checkRequest(request);
  if (!valid.ok) return { kind: 'bad_request', refusal: valid.error };
  try {
    return await endpoint.handle(request, { ...context, caller: caller.value.email });
  } catch (error) {
    return terminalOf(error);
  }
}

function refused(refusal: Refusal): Outcome {
  return { kind: refusal.code === 'CALLER_FORBIDDEN' ? 'forbidden' : 'unauthenticated', refusal };
}

function logOutcome(logger: Logger, outcome: Outcome, durationMs: number): void {
  const fields = { outcome: outcome.kind, duration_ms: durationMs };
  switch (outcome.kind) {
    case 'done':
    case 'duplicate':
    case 'no_op':
    case 'held':
      logger.info('request.done', { ...fields, ...outcome.fields });
      break;
    case 'terminal':
      logger.error('request.terminal', { ...fields, kind: 'terminal', ...reason(outcome.refusals), ...outcome.fields });
      break;
    case 'not_ready':
    case 'bad_request':
    case 'unauthenticated':
    case 'forbidden':
      logger.warn(`request.${outcome.kind}`, { ...fields, ...reason([outcome.refusal]) });
      break;
  }
}

function reason(refusals: readonly Refusal[]): LogFields {
  return { code: refusals[0]?.code ?? 'REFUSED', message: refusals.map(({ code, message }) => `${code}: ${message}`).join('; ') };
}

function failed(logger: Logger, error: unknown, durationMs: number): Served {
  if (error instanceof LivepoolError && error.kind === 'transient') {
    const { code, kind, message } = error;
    logger.warn('request.transient', { outcome: 'transient', code, kind, message, duration_ms: durationMs });
    return { answer: transientAnswer(error), mustExit: false };
  }
  const bug = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof LivepoolError ? error.code : 'UNEXPECTED';
  const fields = { outcome: 'bug', code, kind: 'bug', message: bug.message, stack_trace: bug.stack ?? '' };
  logger.error('request.bug', { ...fields, duration_ms: durationMs });
  return { answer: BUG_ANSWER, mustExit: true };
}
