import type { LegacyContextRow } from '../../contracts/legacy-context.ts';
import type { LegacyReading } from '../legacy/legacy-contexts.ts';
import type { QuantBoard } from './quant-board.ts';
import { type ListQuery, listQuery, pageAnswer, type RouteAnswer, refusal } from './route-answer.ts';

/** Page of the legacy context: one row a symbol, in the order of the symbols. */
export async function contextPage(
  board: QuantBoard,
  at: number,
  query: URLSearchParams,
  of: keyof LegacyReading,
): Promise<RouteAnswer> {
  const page = listQuery(query);
  if (typeof page === 'string') return refusal(400, page);
  const { symbols, tickTs } = board.tick!;
  const rows = await contextRows(board, at, page, of);
  const answer = pageAnswer('rows', rows, symbols.length, page, tickTs);
  return { ...answer, body: { ...(answer.body as object), legacy: true } };
}

/** Rows of a page, as exports show them too. */
export async function contextRows(board: QuantBoard, at: number, { cursor, limit }: ListQuery, of: keyof LegacyReading) {
  const { symbols, tickTs, params } = board.tick!;
  const moment = { tickTs, timeframe: params.timeframes[at]! };
  const readings = await board.contexts.readings(moment, symbols.slice(cursor, cursor + limit));
  return readings.map((reading) => reading[of]);
}

/** How the symbols of a timeframe are spread over the legacy labels. */
export async function contextSummary(board: QuantBoard, at: number): Promise<RouteAnswer> {
  const { tickTs, symbols, params } = board.tick!;
  const rows = (await contextRows(board, at, { cursor: 0, limit: symbols.length }, 'context')) as readonly LegacyContextRow[];
  const strongest = rows.reduce<LegacyContextRow | null>((best, row) => {
    return row.context === null || row.context <= (best?.context ?? -1) ? best : row;
  }, null);
  const body = {
    as_of: tickTs,
    legacy: true,
    timeframe: params.timeframes[at]!,
    symbols: rows.length,
    regimes: counts(rows.map(({ regime }) => regime ?? 'unknown')),
    biases: counts(rows.map(({ bias_b }) => bias_b ?? 'unknown')),
    flags: counts(rows.flatMap(({ flags }) => flags)),
    alerts: counts(rows.flatMap(({ alerts }) => alerts.map(({ severity }) => severity))),
    mean_context: mean(rows.map(({ context }) => context)),
    mean_confluence: mean(rows.map(({ confluence }) => confluence)),
    strongest: strongest === null ? null : { symbol: strongest.symbol, context: strongest.context, regime: strongest.regime },
  };
  return { status: 200, headers: {}, body };
}

function counts(labels: readonly string[]): Readonly<Record<string, number>> {
  const found = Map.groupBy(labels.toSorted(), (label) => label);
  return Object.fromEntries([...found].map(([label, all]) => [label, all.length]));
}

/** Of those that are known; null without one. */
function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
