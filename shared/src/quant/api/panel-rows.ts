import type { StoredAlert } from '../../ports/quant-store.ts';
import { contextRows } from './context-routes.ts';
import { diagnosticRows } from './diagnostic-rows.ts';
import type { QuantBoard, TickScope } from './quant-board.ts';
import { regimeRows } from './regime-routes.ts';
import type { ListQuery } from './route-answer.ts';
import { signalRows } from './signal-rows.ts';
import { sourceRows } from './source-rows.ts';

/** Panels whose rows can be exported. */
export const PANELS = ['summary', 'confluence', 'diagnostics', 'sources', 'signals', 'regime', 'context', 'alerts'] as const;

/** A page of a panel's rows exactly as its route shows them, at the timeframe at place `at`; undefined for a panel that is none. */
export async function panelRows(
  board: QuantBoard,
  scope: TickScope,
  panel: string,
  at: number,
  page: ListQuery,
): Promise<readonly object[] | undefined> {
  const cut = (rows: readonly object[]): readonly object[] => rows.slice(page.cursor, page.cursor + page.limit);
  switch (panel) {
    case 'summary':
      return cut(board.summary.filter(({ timeframe }) => timeframe === board.tick!.params.timeframes[at]));
    case 'confluence':
      return confluenceRows(board, at, page);
    case 'diagnostics':
      return diagnosticRows(board.tick!, at, page);
    case 'sources':
      return cut(sourceRows(board.tick!));
    case 'signals':
      return cut(await signalRows(board, scope, { symbol: null, timeframe: scope.timeframes[at]! }));
    case 'regime':
      return cut(regimeRows(board.regimes?.states() ?? []));
    case 'context':
      return contextRows(board, at, page, 'context');
    case 'alerts':
      return (await board.alerts(page)).rows.map(alertRow);
    default:
      return undefined;
  }
}

/** An alert with what people did about it. */
export function alertRow({ alert, ackedBy, ackedAtMs, snoozedUntilMs }: StoredAlert): object {
  return { ...alert, acked_by: ackedBy, acked_at: ackedAtMs, snoozed_until: snoozedUntilMs };
}

/** Scores with their contributions, a page of them: why a symbol is what it is, or why it is null. */
export function confluenceRows(board: QuantBoard, at: number, { cursor, limit }: ListQuery): readonly object[] {
  const tick = board.tick!;
  const shown = board.summary.filter(({ timeframe }) => timeframe === tick.params.timeframes[at]);
  const scores = new Map(shown.map((row) => [row.symbol, row.confluence_score]));
  return tick.symbols.slice(cursor, cursor + limit).map(({ symbol }, place) => {
    const { contributions, coverage, bias, inputs_hash } = board.rows.scores(tick, cursor + place, at);
    const missing = Object.keys(contributions).filter((input) => contributions[input] === null);
    return { symbol, score: scores.get(symbol) ?? null, coverage, bias, contributions, missing, inputs_hash };
  });
}
