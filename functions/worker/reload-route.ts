import { type ParamChange, type ReloadAnswer, type ReloadRequest, reloadRequestSchema } from '#shared/contracts/config-reload.ts';
import { decodeContract } from '#shared/contracts/decode.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Refusal, Result } from '#shared/core/result.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { HttpAnswer, HttpHandler, HttpRequest } from '#shared/ports/http-handler.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { Random } from '#shared/ports/random.ts';
import type { CommandAuthority } from '#shared/quant/api/quant-handler.ts';
import type { RecoveryLog } from '#shared/supervision/recovery-log.ts';
import { reloadDetail } from '#shared/supervision/reload/accepted-reloads.ts';
import { planReload } from '#shared/supervision/reload/plan-reload.ts';
import { notAllowed } from './health-routes.ts';
import type { LiveParams, ParamFiles } from './live-params.ts';

export interface ReloadRouteDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly authority: CommandAuthority;
  readonly log: RecoveryLog;
  readonly live: LiveParams;
  /** The parameter files as they are now. */
  readonly read: () => Result<ParamFiles, Refusal>;
  /** Hash of the configuration with these parameters, as continuity records carry it. */
  readonly hashOf: (params: ParamFiles) => string;
}

const PATH = '/api/system/reload-config';

/** `POST /api/system/reload-config` (quant spec §8): all that the files changed, or nothing. One at a time. */
export function reloadRoute(deps: ReloadRouteDeps): HttpHandler {
  let before: Promise<unknown> = Promise.resolve();
  return (request) => {
    if (request.path !== PATH) return undefined;
    if (request.method !== 'POST') return notAllowed('POST');
    const answer = before.then(() => reload(deps, request));
    before = answer.catch(() => undefined);
    return answer;
  };
}

async function reload(deps: ReloadRouteDeps, request: HttpRequest): Promise<HttpAnswer> {
  const { live, logger } = deps;
  const caller = await deps.authority(request);
  if (!caller.ok) return errorOf(caller.error.status, { code: codeOf(caller.error.status), message: caller.error.message });
  const body = decodeContract<ReloadRequest>(reloadRequestSchema, Buffer.from(request.body), 'the request');
  if (!body.ok) return errorOf(400, body.error);
  const wanted = deps.read();
  if (!wanted.ok) {
    logger.warn('config.reload_refused', { operator: caller.value, message: wanted.error.message });
    return errorOf(422, wanted.error);
  }
  const plan = planReload(live.inForce, wanted.value);
  if (plan.refused.length > 0) {
    const keys = keysOf(plan.refused);
    logger.warn('config.reload_refused', { operator: caller.value, keys: keys.join(' ') });
    const refused: ReloadAnswer = { ...answerOf(deps, plan.unchanged), refused: [...plan.refused] };
    const message = `nothing was changed: ${keys.join(', ')} cannot be changed while the worker runs`;
    return errorOf(409, { code: 'RELOAD_REFUSED', message }, refused);
  }
  if (plan.applied.length > 0) {
    try {
      await apply(deps, caller.value, body.value.reason, plan.applied, deps.hashOf(wanted.value));
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind !== 'transient') throw error;
      return errorOf(503, { code: error.code, message: `nothing was changed, the log cannot be written: ${error.message}` });
    }
  }
  return {
    status: 200,
    headers: {},
    body: { ...answerOf(deps, plan.unchanged), applied: [...plan.applied] } satisfies ReloadAnswer,
  };
}

/** The line in the log comes first: a change that nobody can account for is not made. */
async function apply(
  { clock, random, log, logger, live }: ReloadRouteDeps,
  operator: string,
  reason: string,
  changes: readonly ParamChange[],
  hash: string,
): Promise<void> {
  const id = `c-${random.hex(8)}`;
  const row = { id, component: 'configuration', venue: null } as const;
  await log.append({ ...row, ts: clock.nowMs(), step: 'requested', detail: reloadDetail(operator, reason, changes, hash) });
  live.apply(changes);
  logger.notice('config.reloaded', { id, operator, keys: keysOf(changes).join(' '), config_hash: hash });
  try {
    await log.append({ ...row, ts: clock.nowMs(), step: 'applied', detail: '' });
  } catch (error) {
    logger.error('recovery.log_failed', { id, step: 'applied', message: String(error) });
  }
}

function answerOf({ live, hashOf }: ReloadRouteDeps, unchanged: number): ReloadAnswer {
  return { applied: [], refused: [], unchanged, config_hash: hashOf(live.inForce) };
}

function keysOf(changes: readonly { readonly key: string }[]): readonly string[] {
  return changes.map(({ key }) => key);
}

function codeOf(status: 401 | 403 | 409 | 503): string {
  if (status === 503) return 'STORE_UNAVAILABLE';
  return status === 409 ? 'COMMAND_REPLAYED' : 'UNAUTHENTICATED';
}

function errorOf(status: number, { code, message, details }: Refusal, more: object = {}): HttpAnswer {
  return { status, headers: {}, body: { ...more, error: { code, message, details: details ?? null } } };
}
