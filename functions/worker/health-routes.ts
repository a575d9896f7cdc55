import type { FreshnessPenalty } from '#shared/market/freshness/freshness-penalty.ts';
import type { HttpAnswer, HttpHandler } from '#shared/ports/http-handler.ts';
import { keyFault } from '#shared/quant/api/route-answer.ts';
import type { WorkerIdentity } from './identity.ts';
import type { Observation } from './observer.ts';

/** What a worker does: a standby waits for the lease of another one, and all is well. */
export type WorkerState = 'active' | 'standby';

/** `/health`, `/health/line`, `/ready` and `/live` (operations spec §3, §12, quant spec §8, §11). A failed verdict is a 503. */
export function healthRoutes(
  identity: WorkerIdentity,
  observe: () => Observation,
  state: () => WorkerState,
  freshness: (nowMs: number) => FreshnessPenalty,
): HttpHandler {
  const routes: Readonly<Record<string, () => HttpAnswer>> = {
    '/health': () => healthAnswer(identity, observe(), state(), freshness),
    '/health/line': () => lineAnswer(observe()),
    '/ready': () => readyAnswer(observe()),
    '/live': () => liveAnswer(observe()),
  };
  return ({ method, path, query }) => {
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) return undefined;
    if (method !== 'GET') return notAllowed('GET');
    return keyFault(query, []) ?? route();
  };
}

/** 405, as the law of handlers says. */
export function notAllowed(allow: string): HttpAnswer {
  return {
    status: 405,
    headers: { Allow: allow },
    body: { error: { message: `only ${allow} is served here`, details: null } },
  };
}

function healthAnswer(
  identity: WorkerIdentity,
  seen: Observation,
  state: WorkerState,
  freshness: (nowMs: number) => FreshnessPenalty,
): HttpAnswer {
  const { verdict, process, components, atMs } = seen;
  const body = {
    as_of: atMs,
    status: verdict.status,
    line: verdict.line,
    state,
    ready: seen.isReady,
    findings: verdict.findings,
    freshness: freshness(atMs),
    worker: {
      version: identity.version,
      source_revision: identity.sourceRevision,
      environment: identity.environment,
      mode: identity.mode,
      market: identity.market,
      venue_profile: identity.venueProfile,
      instance_id: identity.instanceId,
      started_at: identity.startedMs,
      uptime_s: Math.floor((atMs - identity.startedMs) / 1000),
    },
    components: components.map(({ name, state, lastError, facts }) => ({
      name,
      state: state.phase,
      restarts_total: state.crashesTotal,
      last_error: lastError,
      progress_age_ms: facts?.progressMs == null ? null : atMs - facts.progressMs,
      ...facts?.measured,
    })),
    process: {
      rss_bytes: process.rssBytes,
      memory_limit_bytes: process.memoryLimitBytes,
      loop_lag_ms: Math.round(process.loopLagMs),
      timer_age_ms: process.timerAgeMs,
      clock_skew_ms: process.clockSkewMs,
    },
  };
  return { status: statusOf(verdict.status !== 'fail'), headers: {}, body };
}

function lineAnswer({ verdict }: Observation): HttpAnswer {
  return { status: statusOf(verdict.status !== 'fail'), headers: {}, body: `${verdict.line}\n` };
}

function readyAnswer({ isReady, verdict }: Observation): HttpAnswer {
  return { status: statusOf(isReady), headers: {}, body: { ready: isReady, line: verdict.line } };
}

function liveAnswer({ isAlive, process }: Observation): HttpAnswer {
  const body = { alive: isAlive, loop_lag_ms: Math.round(process.loopLagMs), timer_age_ms: process.timerAgeMs };
  return { status: statusOf(isAlive), headers: {}, body };
}

function statusOf(isGood: boolean): number {
  return isGood ? 200 : 503;
}
