import type { Timeframe } from '../../contracts/quant-params.ts';
import type { QuantFeatureRow, QuantSummaryRow } from '../../contracts/quant-rows.ts';
import type { QuantAlert } from '../../contracts/quant-stream.ts';
import type { QuantTick } from '../engine.ts';
import { type QuantRows, quantStrip } from '../rows/quant-rows.ts';
import { listAnswer, listQuery, type RouteAnswer, refusal, unknownKeys, wholeNumber } from './route-answer.ts';
import { sourceRows } from './source-rows.ts';
import { tableCsv } from './table-csv.ts';

/** What the routes read: the last committed tick and its rows, stored feature rows, alerts. Never the engine itself. */
export interface QuantBoard {
  readonly tick: QuantTick | null;
  readonly rows: QuantRows;
  readonly summary: readonly QuantSummaryRow[];
  readonly alerts: readonly QuantAlert[];
  /** Stored feature rows of a symbol and timeframe with `from ≤ tick_ts < to`, oldest first. */
  history(symbol: string, timeframe: Timeframe, fromMs: number, toMs: number): readonly QuantFeatureRow[];
}

type Handler = (board: QuantBoard, query: URLSearchParams, part: string) => RouteAnswer;

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
  { path: /^\/api\/alerts$/, keys: LIST_KEYS, answer: (board, query) => pageOf('alerts', board.alerts, board, query) },
  { path: /^\/api\/export\/summary\.(csv|json)$/, keys: ['timeframe'], answer: exportAnswer },
];

/**
 * Body, status and headers for a GET of the quant engine (quant spec §8); undefined for a path of somebody else. Authentication,
 * caching and transport belong to the server.
 */
export function quantRoute(board: QuantBoard, path: string, query: URLSearchParams): RouteAnswer | undefined {
  for (const route of ROUTES) {
    const match = route.path.exec(path);
    if (match === null) continue;
    const unknown = unknownKeys(query, route.keys);
    if (unknown.length > 0) return refusal(400, `unknown query keys: ${unknown.join(', ')}`, [...unknown]);
    if (board.tick === null) return refusal(404, 'no tick was committed yet');
    return route.answer(board, query, match[1] ?? '');
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

function historyAnswer(board: QuantBoard, query: URLSearchParams, symbol: string): RouteAnswer {
  const at = timeframeOf(board, query);
  if (at === undefined) return noTimeframe(board);
  if (symbolIndex(board, symbol) < 0) return refusal(404, `symbol ${symbol || '(none)'} is not watched`);
  const from = wholeNumber(query.get('from') ?? '0');
  const to = wholeNumber(query.get('to') ?? String(board.tick!.tickTs + 1));
  if (from === undefined || to === undefined || from >= to) return refusal(400, 'from and to are times in ms, from before to');
  return pageOf('rows', board.history(symbol, board.tick!.params.timeframes[at]!, from, to), board, query);
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

/** Scores with their contributions: why a symbol is what it is, or why it is null. */
function confluenceAnswer(board: QuantBoard, query: URLSearchParams): RouteAnswer {
  const at = timeframeOf(board, query);
  if (at === undefined) return noTimeframe(board);
  const tick = board.tick!;
  const rows = tick.symbols.map(({ symbol }, index) => {
    const { contributions, coverage, bias, inputs_hash } = board.rows.features(tick, index, at);
    const missing = Object.keys(contributions).filter((input) => contributions[input] === null);
    const score = board.summary.find((row) => row.symbol === symbol && row.timeframe === tick.params.timeframes[at]);
    return { symbol, score: score?.confluence_score ?? null, coverage, bias, contributions, missing, inputs_hash };
  });
  return pageOf('rows', rows, board, query);
}

function sourcesAnswer(board: QuantBoard, query: URLSearchParams): RouteAnswer {
  return pageOf('sources', sourceRows(board.tick!), board, query);
}

function exportAnswer(board: QuantBoard, query: URLSearchParams, form: string): RouteAnswer {
  const at = timeframeOf(board, query);
  if (at === undefined) return noTimeframe(board);
  const rows = board.summary.filter(({ timeframe }) => timeframe === board.tick!.params.timeframes[at]);
  if (form === 'json') return { status: 200, headers: {}, body: { as_of: board.tick!.tickTs, rows } };
  return { status: 200, headers: { 'Content-Type': 'text/csv; charset=utf-8' }, body: tableCsv(rows) };
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
