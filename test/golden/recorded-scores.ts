import { ok } from '#shared/core/result.ts';
import type { FitMl } from '#shared/pool/models/ml-scores.ts';
import type { Panel } from '#shared/pool/panel.ts';
import { GOLDEN } from './golden-pool.ts';
import { cellNumber, readTable, sharedPath } from './read-csv.ts';

/** One row of the golden scores, as numbers by column; text columns apart. */
export interface GoldenScore {
  readonly date: string;
  readonly symbol: string;
  readonly regime: string;
  readonly cell: (column: string) => number;
}

export function goldenScores(asOf: string): GoldenScore[] {
  const table = readTable(sharedPath(`${GOLDEN}/expected-f64-asof-${asOf}/scores_last60.csv.gz`));
  return table.rows.map((row) => ({
    date: row[table.column('date')]!,
    symbol: row[table.column('symbol')]!,
    regime: row[table.column('regime')]!,
    cell: (column) => cellNumber(row[table.column(column)]!),
  }));
}

/** A learner that gives the recorded tree scores of a golden run: only tests can have one. */
export function recordedMl(panel: Panel, scores: readonly GoldenScore[]): FitMl {
  const raw = new Map(scores.map(({ symbol, cell }) => [symbol, cell('ml_score_raw')]));
  const bySymbol = Float64Array.from(panel.scoring.symbol, (symbol) => raw.get(panel.symbols[symbol]!)!);
  return () => ok({ backend: 'recorded', raw: bySymbol, explain: () => null });
}
