import type { HttpHandler } from '#shared/ports/http-handler.ts';
import { notAllowed } from './health-routes.ts';
import type { WorkerIdentity } from './identity.ts';

/** Every path that a worker answers, and what is there; `{…}` stands for a part of one's own choice. */
export const ROUTES: readonly (readonly [request: string, what: string])[] = [
  ['GET /health', 'everything that was measured, as JSON; 503 when the verdict is a failure'],
  ['GET /health/line', 'the verdict alone'],
  ['GET /ready', '200 when it leads, everything runs and the primary books are live'],
  ['GET /live', '200 while the process itself turns'],
  ['GET /metrics', 'Prometheus text'],
  ['GET /api/quant/summary', 'the newest row of each symbol; ?timeframe=1m'],
  ['GET /api/metrics/{symbol}/latest', 'every metric with unit, source, age and quality'],
  ['GET /api/metrics/{symbol}/history', 'its rows; ?timeframe&from&to'],
  ['GET /api/confluence/latest', 'what the scores are made of'],
  ['GET /api/signals/latest', 'the newest change of each bias; ?symbol&timeframe'],
  ['GET /api/regime/latest', 'what kind of market it is; also /history and /transitions/latest'],
  ['GET /api/context/latest', 'what a former dashboard would say, feeds nothing; also /summary and /trends'],
  ['GET /api/diagnostics/latest', 'what the engine knows of each symbol'],
  ['GET /api/sources', 'how old and how good each input is'],
  ['GET /api/sources/health', 'the same by metric and venue, as it is kept'],
  ['GET /api/samples', 'what venues were asked for; ?metric&instrument&from&to'],
  ['GET /api/bars', 'minutes of an instrument; ?instrument&from&to'],
  ['GET /api/venues', 'sockets, books and polls of each venue'],
  ['GET /api/alerts', 'alerts; POST /api/alerts/{id}/ack and /snooze, signed'],
  ['GET /api/export/{panel}.csv', 'rows of a panel; also .json'],
  ['GET /api/db/status', 'what waits for the store'],
  ['GET /api/system/continuity', 'the newest continuity record'],
  ['GET /api/system/recoveries', 'what was recovered'],
  ['POST /api/system/reload-config', 'takes over parameter files that only tighten, signed: livepool reload'],
  ['POST /admin/recover', 'begins a recovery, signed: livepool recover'],
  ['GET /events', 'what changes as it changes, server-sent events'],
  ['GET /stream', 'the same as a WebSocket'],
];

/** `GET /`: who answers here, and what else there is. */
export function indexRoute({ instanceId, version, mode, market }: WorkerIdentity): HttpHandler {
  const width = Math.max(...ROUTES.map(([request]) => request.length)) + 2;
  const lines = ROUTES.map(([request, what]) => `  ${request.padEnd(width)}${what}`);
  const body = `livepool worker ${version}, ${instanceId}, ${mode}, market ${market}\n\n${lines.join('\n')}\n`;
  return ({ method, path }) => {
    if (path !== '/') return undefined;
    return method === 'GET' ? { status: 200, headers: {}, body } : notAllowed('GET');
  };
}
