import { parseInstrumentId } from '#shared/market/instrument-id.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { HttpAnswer, HttpHandler } from '#shared/ports/http-handler.ts';
import type { SampleStore } from '#shared/ports/sample-store.ts';
import {
  keyFault,
  type ListQuery,
  listAnswer,
  listQuery,
  pageAnswer,
  refusal,
  wholeNumber,
} from '#shared/quant/api/route-answer.ts';
import { notAllowed } from './health-routes.ts';

export interface SampleRoutesDeps {
  readonly clock: Clock;
  readonly store: SampleStore;
}

interface Route {
  readonly keys: readonly string[];
  readonly answer: (deps: SampleRoutesDeps, query: URLSearchParams, page: ListQuery) => Promise<HttpAnswer>;
}

const LIST_KEYS = ['limit', 'cursor'];
const RANGE_KEYS = ['instrument', 'from', 'to', ...LIST_KEYS];

const ROUTES: Readonly<Record<string, Route>> = {
  '/api/samples': { keys: ['metric', 'venue', ...RANGE_KEYS], answer: samplesAnswer },
  '/api/bars': { keys: RANGE_KEYS, answer: barsAnswer },
  '/api/sources/health': { keys: LIST_KEYS, answer: healthAnswer },
};

/** What the worker keeps beside committed ticks, `rest_samples`, `ws_bars_1m` and `source_health`, as lists of quant spec §8. */
export function sampleRoutes(deps: SampleRoutesDeps): HttpHandler {
  return ({ method, path, query }) => {
    const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
    if (route === undefined) return undefined;
    if (method !== 'GET') return notAllowed('GET');
    const fault = keyFault(query, route.keys);
    if (fault !== undefined) return fault;
    const page = listQuery(query);
    return typeof page === 'string' ? refusal(400, page) : route.answer(deps, query, page);
  };
}

async function samplesAnswer({ clock, store }: SampleRoutesDeps, query: URLSearchParams, page: ListQuery): Promise<HttpAnswer> {
  const range = rangeOf(query, page);
  if (typeof range === 'string') return refusal(400, range);
  const metric = query.get('metric') ?? '';
  if (metric === '') return refusal(400, 'metric must name what was sampled: open_interest, funding_rate_raw, …');
  const { rows, total } = await store.samples({ ...range, metric });
  return pageAnswer('samples', rows, total, page, clock.nowMs());
}

async function barsAnswer({ clock, store }: SampleRoutesDeps, query: URLSearchParams, page: ListQuery): Promise<HttpAnswer> {
  const range = rangeOf(query, page);
  if (typeof range === 'string') return refusal(400, range);
  const { rows, total } = await store.bars(range);
  return pageAnswer('bars', rows, total, page, clock.nowMs());
}

async function healthAnswer({ clock, store }: SampleRoutesDeps, _query: URLSearchParams, page: ListQuery): Promise<HttpAnswer> {
  return listAnswer('sources', await store.health(), page, clock.nowMs());
}

/** The rows that a query means, or what is wrong with it. One instrument at a time: its rows lie together. */
function rangeOf(query: URLSearchParams, { limit, cursor }: ListQuery) {
  const instrument = query.get('instrument') ?? '';
  const parts = parseInstrumentId(instrument);
  if (parts === undefined) return 'instrument must be one, like BTC-USDT.perp@gate';
  const venue = query.get('venue') ?? parts.venue;
  if (venue !== parts.venue) return `${instrument} is no instrument of ${venue}`;
  const fromMs = wholeNumber(query.get('from') ?? '0');
  const toMs = wholeNumber(query.get('to') ?? '999999999999999');
  if (fromMs === undefined || toMs === undefined || fromMs >= toMs) return 'from and to are times in ms, from before to';
  return { instrument, fromMs, toMs, offset: cursor, limit };
}
