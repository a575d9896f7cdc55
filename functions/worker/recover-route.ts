import { decodeContract } from '#shared/contracts/decode.ts';
import { type RecoveryRequest, recoveryRequestSchema } from '#shared/contracts/recovery.ts';
import type { WorkerParams } from '#shared/contracts/worker-params.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Refusal } from '#shared/core/result.ts';
import type { Secret } from '#shared/core/secret.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { HttpAnswer, HttpHandler, HttpRequest } from '#shared/ports/http-handler.ts';
import type { Logger } from '#shared/ports/logger.ts';
import { keyFault, listQuery, pageAnswer, refusal } from '#shared/quant/api/route-answer.ts';
import type { RecoveryDesk } from '#shared/supervision/recovery-desk.ts';
import type { RecoveryLog } from '#shared/supervision/recovery-log.ts';
import { checkCommand } from '#shared/supervision/signed-command.ts';
import { notAllowed } from './health-routes.ts';

export interface RecoverRouteDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly key: Secret;
  readonly desk: RecoveryDesk;
  readonly log: RecoveryLog;
  readonly params: WorkerParams['recovery'];
  /** Venues that this worker is connected to. */
  readonly venues: readonly string[];
}

/** Status of each refusal (quant spec §9.2). */
const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  COMMAND_REPLAYED: 409,
  RECOVERY_BUSY: 409,
  RECOVERY_TOO_SOON: 429,
  RECOVERY_TOO_OFTEN: 429,
  STORE_UNAVAILABLE: 503,
};

const STEPS_A_PAGE = 200;

/** `POST /admin/recover`, and `GET /api/system/recoveries` for what became of it. */
export function recoverRoute(deps: RecoverRouteDeps): HttpHandler {
  return async (request) => {
    if (request.path === '/api/system/recoveries') {
      return request.method === 'GET' ? logAnswer(deps, request.query) : notAllowed('GET');
    }
    if (request.path !== '/admin/recover') return undefined;
    return request.method === 'POST' ? recover(deps, request) : notAllowed('POST');
  };
}

/** The signature is judged before the body is read: a stranger learns nothing about either. */
async function recover(
  { clock, logger, key, desk, params, venues }: RecoverRouteDeps,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const command = checkCommand(key, request, clock.nowMs(), params.signature_window_ms);
  if (!command.ok) {
    logger.warn('recovery.refused', { code: command.error.code, message: command.error.message });
    return refused(command.error);
  }
  const body = decodeContract<RecoveryRequest>(recoveryRequestSchema, Buffer.from(request.body), 'the request');
  if (!body.ok) return refused(body.error);
  const { venue } = body.value;
  if (venue !== undefined && !venues.includes(venue)) {
    const message = `venue ${venue} is not watched here; there are ${venues.join(', ')}`;
    return refused({ code: 'RECOVERY_UNKNOWN', message });
  }
  const { operator, nonce } = command.value;
  const begun = await desk.request({ request: body.value, by: operator, nonce }).catch(unavailable);
  if (begun.ok) return { status: 202, headers: {}, body: { recovery_id: begun.value.recoveryId } };
  logger.warn('recovery.refused', { operator, code: begun.error.code, message: begun.error.message });
  return refused(begun.error);
}

/** A store that does not answer lets nothing through. */
function unavailable(error: unknown): { readonly ok: false; readonly error: Refusal } {
  if (!(error instanceof LivepoolError) || error.kind !== 'transient') throw error;
  return { ok: false, error: { code: 'STORE_UNAVAILABLE', message: error.message } };
}

/** The newest lines first by page, and oldest first within one: a recovery reads from its request to its end. */
async function logAnswer({ clock, log }: RecoverRouteDeps, query: URLSearchParams): Promise<HttpAnswer> {
  const fault = keyFault(query, ['limit', 'cursor']);
  if (fault !== undefined) return fault;
  const page = listQuery(query, STEPS_A_PAGE);
  if (typeof page === 'string') return refusal(400, page);
  const { steps, total } = await log.page(page.cursor, page.limit);
  return pageAnswer('steps', steps, total, page, clock.nowMs());
}

function refused({ code, message, details }: Refusal): HttpAnswer {
  return { status: STATUS[code] ?? 400, headers: {}, body: { error: { code, message, details: details ?? null } } };
}
