import type { Timeframe } from '../../contracts/quant-params.ts';
import type { QuantTick } from '../engine.ts';
import { quantStrip } from '../rows/quant-rows.ts';
import { contextPage, contextSummary } from './context-routes.ts';
import { diagnosticRows } from './diagnostic-rows.ts';
import { alertRow, confluenceRows, PANELS, panelRows } from './panel-rows.ts';
import type { QuantBoard, TickScope } from './quant-board.ts';
import {
  busyAnswer,
  keyFault,
  type ListQuery,
  listAnswer,
  listQuery,
  MOST_ROWS,
  pageAnswer,
  type RouteAnswer,
  refusal,
  textPageAnswer,
  wholeNumber,
} from './route-answer.ts';
import { signalRows } from './signal-rows.ts';
import { sourceRows } from './source-rows.ts';
import { tableCsv } from './table-csv.ts';

/** What is asked, and the tick that it is asked of. */
interface Ask {
  readonly board: QuantBoard;
  readonly scope: TickScope;
  readonly query: URLSearchParams;
  /** What the path names: a symbol, a panel and its form, … */
  readonly part: string;
}

interface Route {
  readonly path: RegExp;
  readonly keys: readonly string[];
  /** `store` needs no tick of this process: a standby can answer it. */
  readonly of: 'tick' | 'store';
  /** Reads much out of the store, and waits for its turn. */
  readonly isLong?: true;
  readonly answer: (ask: Ask) => RouteAnswer | Promise<RouteAnswer>;
}

const LIST_KEYS = ['limit', 'cursor'];
const HISTORY_KEYS = ['timeframe', 'from', 'to', ...LIST_KEYS];
const PAGE_KEYS = ['timeframe', ...LIST_KEYS];
const HISTORY = { of: 'store', isLong: true } as const;
const CONTEXT = { of: 'tick', isLong: true, answer: contextAnswer } as const;

const ROUTES: readonly Route[] = [
  { path: /^\/api\/quant\/summary$/, keys: PAGE_KEYS, of: 'tick', answer: summaryAnswer },
  { ...HISTORY, path: /^\/api\/metrics(?:\/history)?$/, keys: ['symbol', ...HISTORY_KEYS], answer: namedHistoryAnswer },
  { ...HISTORY, path: /^\/api\/metrics\/([A-Z0-9-]+)\/history$/, keys: HISTORY_KEYS, answer: historyAnswer },
  { path: /^\/api\/metrics\/([A-Z0-9-]+)\/latest$/, keys: ['timeframe'], of: 'tick', answer: latestAnswer },
  { path: /^\/api\/confluence\/latest$/, keys: PAGE_KEYS, of: 'tick', answer: confluenceAnswer },
  { path: /^\/api\/sources$/, keys: LIST_KEYS, of: 'tick', answer: sourcesAnswer },
  { path: /^\/api\/signals\/latest$/, keys: ['symbol', ...PAGE_KEYS], of: 'store', answer: signalsAnswer },
  { ...CONTEXT, path: /^\/api\/context\/summary$/, keys: ['timeframe'] },
  { ...CONTEXT, path: /^\/api\/context\/(trends|latest)$/, keys: PAGE_KEYS },
  { path: /^\/api\/alerts$/, keys: LIST_KEYS, of: 'store', answer: alertsAnswer },
  { path: /^\/api\/diagnostics\/latest$/, keys: PAGE_KEYS, of: 'tick', answer: diagnosticsAnswer },
  { path: /^\/api\/export\/(alerts|regime|signals)\.(csv|json)$/, keys: PAGE_KEYS, of: 'store', answer: exportAnswer },
  { path: /^\/api\/export\/(context)\.(csv|json)$/, keys: PAGE_KEYS, of: 'tick', isLong: true, answer: exportAnswer },
  { path: /^\/api\/export\/([a-z_]+)\.(csv|json)$/, keys: PAGE_KEYS, of: 'tick', answer: exportAnswer },
];

/**
 * Body, status and headers for a GET of the quant engine (quant spec §8); undefined for a path of somebody else. Authentication,
 * caching and transport belong to the server.
 */
export async function quantRoute(board: QuantBoard, path: string, query: URLSearchParams): Promise<RouteAnswer | undefined> {
  for (const route of ROUTES) {
    const match = route.path.exec(path);
    if (match === null) continue;
    const fault = keyFault(query, route.keys);
    if (fault !== undefined) return fault;
    const answer = (): Promise<RouteAnswer> => answerOf(route, board, query, match.slice(1).join('.'));
    return route.isLong ? ((await board.reads.run(answer)) ?? busyAnswer()) : answer();
  }
  return undefined;
}

async function answerOf(route: Route, board: QuantBoard, query: URLSearchParams, part: string): Promise<RouteAnswer> {
  if (route.of === 'tick' && board.tick === null) return refusal(404, 'this worker has committed no tick yet');
  const scope = route.of === 'tick' ? scopeOf(board.tick!) : await board.stored();
  return scope === null ? refusal(404, 'no tick was committed yet') : route.answer({ board, scope, query, part });
}

function scopeOf({ tickTs, symbols, params }: QuantTick): TickScope {
  return { tickTs, symbols: symbols.map(({ symbol }) => symbol), timeframes: params.timeframes };
}

function summaryAnswer({ board, scope, query }: Ask): RouteAnswer {
  const at = timeframeOf(scope, query);
  if (at === undefined) return noTimeframe(scope);
  const rows = board.summary.filter(({ timeframe }) => timeframe === scope.timeframes[at]);
  const answer = pageOf('rows', rows, scope, query);
  return answer.status === 200 ? { ...answer, body: { ...(answer.body as object), strip: quantStrip(board.tick!, at) } } : answer;
}

function namedHistoryAnswer(ask: Ask): RouteAnswer | Promise<RouteAnswer> {
  const symbol = ask.query.get('symbol') ?? '';
  return symbol === ''
    ? refusal(400, 'symbol must name whose rows are meant: BTC-USD, …')
    : historyAnswer({ ...ask, part: symbol });
}

async function historyAnswer({ board, scope, query, part: symbol }: Ask): Promise<RouteAnswer> {
  const at = timeframeOf(scope, query);
  if (at === undefined) return noTimeframe(scope);
  if (!scope.symbols.includes(symbol)) return notWatched(symbol);
  const from = wholeNumber(query.get('from') ?? '0');
  const to = wholeNumber(query.get('to') ?? String(scope.tickTs + 1));
  if (from === undefined || to === undefined || from >= to) return refusal(400, 'from and to are times in ms, from before to');
  const page = listQuery(query);
  if (typeof page === 'string') return refusal(400, page);
  return textPageAnswer('rows', await board.history(symbol, scope.timeframes[at]!, from, to, page), page, scope.tickTs);
}

async function alertsAnswer({ board, scope, query }: Ask): Promise<RouteAnswer> {
  const page = listQuery(query);
  if (typeof page === 'string') return refusal(400, page);
  const { rows, total } = await board.alerts(page);
  return pageAnswer('alerts', rows.map(alertRow), total, page, scope.tickTs);
}

/** All timeframes unless one is asked for. */
async function signalsAnswer({ board, scope, query }: Ask): Promise<RouteAnswer> {
  if (timeframeOf(scope, query) === undefined) return noTimeframe(scope);
  const symbol = query.get('symbol');
  if (symbol !== null && !scope.symbols.includes(symbol)) return notWatched(symbol);
  const rows = await signalRows(board, scope, { symbol, timeframe: query.get('timeframe') });
  return pageOf('signals', rows, scope, query);
}

/** What a former dashboard would say, labelled so; nothing of it feeds a score. */
async function contextAnswer({ board, scope, query, part }: Ask): Promise<RouteAnswer> {
  const at = timeframeOf(scope, query);
  if (at === undefined) return noTimeframe(scope);
  return part === '' ? contextSummary(board, at) : contextPage(board, at, query, part === 'latest' ? 'context' : 'trend');
}

function latestAnswer({ board, scope, query, part: symbol }: Ask): RouteAnswer {
  const at = timeframeOf(scope, query);
  if (at === undefined) return noTimeframe(scope);
  const index = scope.symbols.indexOf(symbol);
  if (index < 0) return notWatched(symbol);
  const row = board.rows.features(board.tick!, index, at);
  const metrics = row.metrics.map((metric) => {
    return { ...metric, age_ms: metric.available_at === null ? null : row.tick_ts - metric.available_at };
  });
  return { status: 200, headers: {}, body: { as_of: row.tick_ts, ...row, metrics } };
}

function confluenceAnswer({ board, scope, query }: Ask): RouteAnswer {
  return symbolPage(scope, query, (at, page) => confluenceRows(board, at, page));
}

function diagnosticsAnswer({ board, scope, query }: Ask): RouteAnswer {
  return symbolPage(scope, query, (at, page) => diagnosticRows(board.tick!, at, page));
}

/** One row a symbol: only those of the page are made. */
function symbolPage(
  scope: TickScope,
  query: URLSearchParams,
  rows: (at: number, page: ListQuery) => readonly unknown[],
): RouteAnswer {
  const at = timeframeOf(scope, query);
  if (at === undefined) return noTimeframe(scope);
  const page = listQuery(query);
  if (typeof page === 'string') return refusal(400, page);
  return pageAnswer('rows', rows(at, page), scope.symbols.length, page, scope.tickTs);
}

function sourcesAnswer({ board, scope, query }: Ask): RouteAnswer {
  return pageOf('sources', sourceRows(board.tick!), scope, query);
}

/** The rows of a panel as it shows them, whole unless a page is asked for. */
async function exportAnswer({ board, scope, query, part }: Ask): Promise<RouteAnswer> {
  const [panel = '', form = ''] = part.split('.');
  const at = timeframeOf(scope, query);
  if (at === undefined) return noTimeframe(scope);
  const page = listQuery(query, MOST_ROWS);
  if (typeof page === 'string') return refusal(400, page);
  const rows = await panelRows(board, scope, panel, at, page);
  if (rows === undefined) return refusal(404, `there is no panel ${panel}; there are ${PANELS.join(', ')}`);
  if (form === 'json') return { status: 200, headers: {}, body: { as_of: scope.tickTs, rows } };
  const headers = {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${panel}.csv"`,
  };
  return { status: 200, headers, body: tableCsv(rows) };
}

function pageOf(unit: string, rows: readonly unknown[], { tickTs }: TickScope, query: URLSearchParams): RouteAnswer {
  const page = listQuery(query);
  return typeof page === 'string' ? refusal(400, page) : listAnswer(unit, rows, page, tickTs);
}

/** Place of the asked timeframe, the first one when none is asked for. */
function timeframeOf({ timeframes }: TickScope, query: URLSearchParams): number | undefined {
  const wanted = query.get('timeframe');
  const at = wanted === null ? 0 : timeframes.indexOf(wanted as Timeframe);
  return at < 0 ? undefined : at;
}

function noTimeframe({ timeframes }: TickScope): RouteAnswer {
  return refusal(400, `timeframe must be one of ${timeframes.join(', ')}`);
}

function notWatched(symbol: string): RouteAnswer {
  return refusal(404, `symbol ${symbol || '(none)'} is not watched`);
}
