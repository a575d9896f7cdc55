import type { Timeframe } from '../../contracts/quant-params.ts';
import { quantStrip } from '../rows/quant-rows.ts';
import { contextPage, contextSummary } from './context-routes.ts';
import { diagnosticRows } from './diagnostic-rows.ts';
import { alertRow, confluenceRows, PANELS, panelRows } from './panel-rows.ts';
import type { QuantBoard } from './quant-board.ts';
import {
  listAnswer,
  listQuery,
  MOST_ROWS,
  pageAnswer,
  type RouteAnswer,
  refusal,
  unknownKeys,
  wholeNumber,
} from './route-answer.ts';
import { signalRows } from './signal-rows.ts';
import { sourceRows } from './source-rows.ts';
import { tableCsv } from './table-csv.ts';

type Handler = (board: QuantBoard, query: URLSearchParams, part: string) => RouteAnswer | Promise<RouteAnswer>;

interface Route {
  readonly path: RegExp;
  readonly keys: readonly string[];
  readonly answer: Handler;
}

const LIST_KEYS = ['limit', 'cursor'];
const HISTORY_KEYS = ['symbol', 'timeframe', 'from', 'to', ...LIST_KEYS];

const ROUTES: readonly Route[] = [
  { path: /^\/api\/quant\/summary$/, keys: ['timeframe', ...LIST_KEYS], answer: summaryAnswer },
  { path: /^\/api\/metrics(?:\/history)?$/, keys: HISTORY_KEYS, answer: (b, q) => historyAnswer(b, q, q.get('symbol') ?? '') },
  { path: /^\/api\/metrics\/([A-Z0-9-]+)\/history$/, keys: HISTORY_KEYS.slice(1), answer: historyAnswer },
  { path: /^\/api\/metrics\/([A-Z0-9-]+)\/latest$/, keys: ['timeframe'], answer: latestAnswer },
  { path: /^\/api\/confluence\/latest$/, keys: ['timeframe', ...LIST_KEYS], answer: confluenceAnswer },
  { path: /^\/api\/sources$/, keys: LIST_KEYS, answer: sourcesAnswer },
  { path: /^\/api\/signals\/latest$/, keys: ['symbol', 'timeframe', ...LIST_KEYS], answer: signalsAnswer },
  { path: /^\/api\/context\/summary$/, keys: ['timeframe'], answer: contextAnswer },
  { path: /^\/api\/context\/(trends|latest)$/, keys: ['timeframe', ...LIST_KEYS], answer: contextAnswer },
  { path: /^\/api\/alerts$/, keys: LIST_KEYS, answer: alertsAnswer },
  { path: /^\/api\/diagnostics\/latest$/, keys: ['timeframe', ...LIST_KEYS], answer: diagnosticsAnswer },
  { path: /^\/api\/export\/([a-z_]+)\.(csv|json)$/, keys: ['timeframe', ...LIST_KEYS], answer: exportAnswer },
];

/**
 * Body, status and headers for a GET of the quant engine (quant spec §8); undefined for a path of somebody else. Authentication,
 * caching and transport belong to the server.
 */
export async function quantRoute(board: QuantBoard, path: string, query: URLSearchParams): Promise<RouteAnswer | undefined> {
  for (const route of ROUTES) {
    const match = route.path.exec(path);
    if (match === null) continue;
    const unknown = unknownKeys(query, route.keys);
    if (unknown.length > 0) return refusal(400, `unknown query keys: ${unknown.join(', ')}`, [...unknown]);
    if (board.tick === null) return refusal(404, 'no tick was committed yet');
    return route.answer(board, query, match.slice(1).join('.'));
  }
  return undefined;
}

function summaryAnswer(board: QuantBoard, query: URLSearchParams): RouteAnswer {
  const at = timeframeOf(board, query);
  if (at === undefined) return noTimeframe(board);
  const rows = board.summary.filter(({ timeframe }) => timeframe === board.tick!.params.timeframes[at]);
  const answer = pageOf('rows', rows, board, query);
  return answer.status === 200 ? { ...answer, body: { ...(answer.body as object), strip: quantStrip(board.tick!, at) } } : answer;
}

async function historyAnswer(board: QuantBoard, query: URLSearchParams, symbol: string): Promise<RouteAnswer> {
  const at = timeframeOf(board, query);
  if (at === undefined) return noTimeframe(board);
  if (symbolIndex(board, symbol) < 0) return refusal(404, `symbol ${symbol || '(none)'} is not watched`);
  const from = wholeNumber(query.get('from') ?? '0');
  const to = wholeNumber(query.get('to') ?? String(board.tick!.tickTs + 1));
  if (from === undefined || to === undefined || from >= to) return refusal(400, 'from and to are times in ms, from before to');
  const page = listQuery(query);
  if (typeof page === 'string') return refusal(400, page);
  const { rows, total } = await board.history(symbol, board.tick!.params.timeframes[at]!, from, to, page);
  return pageAnswer('rows', rows, total, page, board.tick!.tickTs);
}

async function alertsAnswer(board: QuantBoard, query: URLSearchParams): Promise<RouteAnswer> {
  const page = listQuery(query);
  if (typeof page === 'string') return refusal(400, page);
  const { rows, total } = await board.alerts(page);
  return pageAnswer('alerts', rows.map(alertRow), total, page, board.tick!.tickTs);
}

/** All timeframes unless one is asked for. */
async function signalsAnswer(board: QuantBoard, query: URLSearchParams): Promise<RouteAnswer> {
  if (timeframeOf(board, query) === undefined) return noTimeframe(board);
  const symbol = query.get('symbol');
  if (symbol !== null && symbolIndex(board, symbol) < 0) return refusal(404, `symbol ${symbol || '(none)'} is not watched`);
  const rows = await signalRows(board, { symbol, timeframe: query.get('timeframe') });
  return pageOf('signals', rows, board, query);
}

/** What a former dashboard would say, labelled so; nothing of it feeds a score. */
async function contextAnswer(board: QuantBoard, query: URLSearchParams, part: string): Promise<RouteAnswer> {
  const at = timeframeOf(board, query);
  if (at === undefined) return noTimeframe(board);
  return part === '' ? contextSummary(board, at) : contextPage(board, at, query, part === 'latest' ? 'context' : 'trend');
}

function latestAnswer(board: QuantBoard, query: URLSearchParams, symbol: string): RouteAnswer {
  const at = timeframeOf(board, query);
  if (at === undefined) return noTimeframe(board);
  const index = symbolIndex(board, symbol);
  if (index < 0) return refusal(404, `symbol ${symbol} is not watched`);
  const row = board.rows.features(board.tick!, index, at);
  const metrics = row.metrics.map((metric) => {
    return { ...metric, age_ms: metric.available_at === null ? null : row.tick_ts - metric.available_at };
  });
  return { status: 200, headers: {}, body: { as_of: row.tick_ts, ...row, metrics } };
}

function confluenceAnswer(board: QuantBoard, query: URLSearchParams): RouteAnswer {
  const at = timeframeOf(board, query);
  return at === undefined ? noTimeframe(board) : pageOf('rows', confluenceRows(board, at), board, query);
}

function diagnosticsAnswer(board: QuantBoard, query: URLSearchParams): RouteAnswer {
  const at = timeframeOf(board, query);
  return at === undefined ? noTimeframe(board) : pageOf('rows', diagnosticRows(board.tick!, at), board, query);
}

function sourcesAnswer(board: QuantBoard, query: URLSearchParams): RouteAnswer {
  return pageOf('sources', sourceRows(board.tick!), board, query);
}

/** The rows of a panel as it shows them, whole unless a page is asked for. */
async function exportAnswer(board: QuantBoard, query: URLSearchParams, part: string): Promise<RouteAnswer> {
  const [panel = '', form = ''] = part.split('.');
  const at = timeframeOf(board, query);
  if (at === undefined) return noTimeframe(board);
  const page = listQuery(query, MOST_ROWS);
  if (typeof page === 'string') return refusal(400, page);
  const rows = await panelRows(board, panel, at, page);
  if (rows === undefined) return refusal(404, `there is no panel ${panel}; there are ${PANELS.join(', ')}`);
  if (form === 'json') return { status: 200, headers: {}, body: { as_of: board.tick!.tickTs, rows } };
  const headers = {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${panel}.csv"`,
  };
  return { status: 200, headers, body: tableCsv(rows) };
}

function pageOf(unit: string, rows: readonly unknown[], board: QuantBoard, query: URLSearchParams): RouteAnswer {
  const page = listQuery(query);
  return typeof page === 'string' ? refusal(400, page) : listAnswer(unit, rows, page, board.tick!.tickTs);
}

/** Place of the asked timeframe, the first one when none is asked for. */
function timeframeOf({ tick }: QuantBoard, query: URLSearchParams): number | undefined {
  const wanted = query.get('timeframe');
  const at = wanted === null ? 0 : tick!.params.timeframes.indexOf(wanted as Timeframe);
  return at < 0 ? undefined : at;
}

function noTimeframe({ tick }: QuantBoard): RouteAnswer {
  return refusal(400, `timeframe must be one of ${tick!.params.timeframes.join(', ')}`);
}

function symbolIndex({ tick }: QuantBoard, symbol: string): number {
  return tick!.symbols.findIndex((each) => each.symbol === symbol);
}
