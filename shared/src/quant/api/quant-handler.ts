import type { Result } from '../../core/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpAnswer, HttpHandler, HttpRequest } from '../../ports/http-handler.ts';
import type { QuantStore } from '../../ports/quant-store.ts';
import { type AlertCommand, parseAlertCommand } from './alert-command.ts';
import type { QuantBoard } from './quant-board.ts';
import { quantRoute } from './quant-routes.ts';
import { regimeRoute } from './regime-routes.ts';
import { keyFault, listAnswer, listQuery, refusal } from './route-answer.ts';

/** Who asks for a change: the operator's name, or why the request is refused (operations spec §5). */
export type CommandAuthority = (
  request: HttpRequest,
) => Promise<Result<string, { readonly status: 401 | 403 | 409 | 503; readonly message: string }>>;

export interface QuantHandlerDeps {
  readonly clock: Clock;
  readonly store: QuantStore;
}

export interface QuantHandlerOptions {
  readonly board: QuantBoard;
  /** Absent = every change is refused. */
  readonly authority?: CommandAuthority;
  /** Rows of `/api/venues`: sockets, books, polls of each venue now; absent = no such path. */
  readonly venues?: (nowMs: number) => readonly object[];
}

const ALERT_PATH = /^\/api\/alerts\/([^/]{1,200})\/(ack|snooze)$/;
const ONLY_GET = { error: { message: 'this path is only read', details: null } };

/** Answers the routes of the quant engine (quant spec §8). */
export function quantHandler(deps: QuantHandlerDeps, options: QuantHandlerOptions): HttpHandler {
  return async (request) => {
    const command = ALERT_PATH.exec(request.path);
    if (command !== null) return alertAnswer(deps, options, request, command[1]!, command[2]!);
    const answer = await readAnswer(deps, options, request);
    if (answer === undefined || request.method === 'GET') return answer;
    return { status: 405, headers: { Allow: 'GET' }, body: ONLY_GET };
  };
}

async function readAnswer(
  { clock, store }: QuantHandlerDeps,
  { board, venues }: QuantHandlerOptions,
  { path, query }: HttpRequest,
): Promise<HttpAnswer | undefined> {
  if (path === '/api/db/status') return statusAnswer(store, query, clock.nowMs());
  if (path === '/api/venues' && venues !== undefined) return venuesAnswer(venues(clock.nowMs()), query, clock.nowMs());
  return (await quantRoute(board, path, query)) ?? regimeRoute(board.regimes, path, query, clock.nowMs());
}

/** Queue and lag of the store: rows that were not told yet, and how old the oldest of them is. */
async function statusAnswer(store: QuantStore, query: URLSearchParams, nowMs: number): Promise<HttpAnswer> {
  const fault = keyFault(query, []);
  if (fault !== undefined) return fault;
  const { lastTickTs, oldestUnsentTs, unsent, features, alerts, signals, outbox, bytes, lease } = await store.status();
  const body = {
    as_of: nowMs,
    last_tick_ts: lastTickTs,
    queue_rows: unsent,
    lag_ms: oldestUnsentTs === null ? 0 : nowMs - oldestUnsentTs,
    rows: { quant_features: features, quant_alerts: alerts, quant_signals: signals, quant_outbox: outbox },
    bytes,
    lease: lease === null ? null : { holder: lease.holder, token: lease.token, expires_at: lease.expiresAtMs },
  };
  return { status: 200, headers: {}, body };
}

function venuesAnswer(rows: readonly object[], query: URLSearchParams, nowMs: number): HttpAnswer {
  const fault = keyFault(query, ['limit', 'cursor']);
  if (fault !== undefined) return fault;
  const page = listQuery(query);
  return typeof page === 'string' ? refusal(400, page) : listAnswer('venues', rows, page, nowMs);
}

async function alertAnswer(
  { clock, store }: QuantHandlerDeps,
  { authority }: QuantHandlerOptions,
  request: HttpRequest,
  id: string,
  kind: string,
): Promise<HttpAnswer> {
  if (request.method !== 'POST') return { status: 405, headers: { Allow: 'POST' }, body: ONLY_POST };
  const caller = await authority?.(request);
  if (caller === undefined) return errorOf(403, 'nobody may change alerts here');
  if (!caller.ok) return errorOf(caller.error.status, caller.error.message);
  const nowMs = clock.nowMs();
  const command: AlertCommand | string = parseAlertCommand(kind, request.body, nowMs);
  if (typeof command === 'string') return errorOf(400, command);
  const marked = await store.markAlert(id, { ...command, by: caller.value, atMs: nowMs });
  if (marked === null) return errorOf(404, `there is no alert ${id}`);
  const { alert, ackedBy, ackedAtMs, snoozedUntilMs } = marked;
  return { status: 200, headers: {}, body: { ...alert, acked_by: ackedBy, acked_at: ackedAtMs, snoozed_until: snoozedUntilMs } };
}

const ONLY_POST = { error: { message: 'this path takes commands', details: null } };

function errorOf(status: number, message: string): HttpAnswer {
  return { status, headers: {}, body: { error: { message, details: null } } };
}
