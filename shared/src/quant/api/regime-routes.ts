import type { RegimeState } from '../../contracts/regime-snapshot.ts';
import { parseInstant } from '../../core/instant.ts';
import type { RegimeBoard } from './quant-board.ts';
import { keyFault, listAnswer, listQuery, type RouteAnswer, refusal, wholeNumber } from './route-answer.ts';

type Answer = (regimes: RegimeBoard, query: URLSearchParams, nowMs: number) => RouteAnswer;

const LIST_KEYS = ['limit', 'cursor'];

const ROUTES: Readonly<Record<string, { readonly keys: readonly string[]; readonly answer: Answer }>> = {
  '/api/regime/latest': { keys: [], answer: latestAnswer },
  '/api/regime/history': { keys: ['from', 'to', ...LIST_KEYS], answer: historyAnswer },
  '/api/regime/transitions/latest': { keys: LIST_KEYS, answer: transitionsAnswer },
};

/** Answers the routes of the regime (quant spec §8); undefined for a path of somebody else. They need no tick. */
export function regimeRoute(
  regimes: RegimeBoard | undefined,
  path: string,
  query: URLSearchParams,
  nowMs: number,
): RouteAnswer | undefined {
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (route === undefined || regimes === undefined) return undefined;
  return keyFault(query, route.keys) ?? route.answer(regimes, query, nowMs);
}

/** Rows as routes and exports show them: times in ms. */
export function regimeRows(states: readonly RegimeState[]): readonly object[] {
  return states.map((state) => {
    const { boundary, since, valid_until, available_at, ...rest } = state;
    const times = { since: msOf(since), valid_until: msOf(valid_until), available_at: msOf(available_at) };
    return { ts: msOf(boundary), ...rest, ...times };
  });
}

function latestAnswer(regimes: RegimeBoard, _: URLSearchParams, nowMs: number): RouteAnswer {
  const { regime, fallback, state } = regimes.inForce(nowMs);
  const [row = null] = regimeRows(state === null ? [] : [state]);
  return { status: 200, headers: {}, body: { as_of: nowMs, regime, fallback, state: row } };
}

function historyAnswer(regimes: RegimeBoard, query: URLSearchParams, nowMs: number): RouteAnswer {
  const from = wholeNumber(query.get('from') ?? '0');
  const to = wholeNumber(query.get('to') ?? '9'.repeat(15));
  if (from === undefined || to === undefined || from >= to) return refusal(400, 'from and to are times in ms, from before to');
  const rows = regimes.states().filter(({ boundary }) => msOf(boundary) >= from && msOf(boundary) < to);
  return pageOf('regimes', regimeRows(rows), query, nowMs);
}

function transitionsAnswer(regimes: RegimeBoard, query: URLSearchParams, nowMs: number): RouteAnswer {
  return pageOf('transitions', regimes.transitions(), query, nowMs);
}

function pageOf(unit: string, rows: readonly unknown[], query: URLSearchParams, nowMs: number): RouteAnswer {
  const page = listQuery(query);
  return typeof page === 'string' ? refusal(400, page) : listAnswer(unit, rows, page, nowMs);
}

function msOf(instant: string): number {
  return parseInstant(instant) ?? Number.NaN;
}
