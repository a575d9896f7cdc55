import type { PoolParams } from '#shared/contracts/pool-params.ts';
import type { DecidedPool } from '#shared/pipeline/decide-pool.ts';
import { type ModelCells, type ModelColumns, panelLastDateCsv } from '#shared/pool/diagnostics/panel-csv.ts';
import { prefilterStatsCsv } from '#shared/pool/diagnostics/prefilter-csv.ts';
import { regimeByDateCsv } from '#shared/pool/diagnostics/regime-csv.ts';
import { ridgeCoefficientsCsv } from '#shared/pool/diagnostics/ridge-csv.ts';
import { scoresCsv } from '#shared/pool/diagnostics/scores-csv.ts';
import { universeByRefreshCsv } from '#shared/pool/diagnostics/universe-csv.ts';
import { nullIfMissing } from '#shared/pool/explain/null-if-missing.ts';

/** The diagnostic tables of a build under their file names. The panel must have been built with `detailDates` ≥ 1. */
export function diagnosticFiles({ panel, scored }: DecidedPool, params: PoolParams): ReadonlyMap<string, string> {
  return new Map([
    ['panel_last_date_all_columns.csv', panelLastDateCsv(panel, modelColumns(scored))],
    ['universe_by_refresh.csv', universeByRefreshCsv(panel)],
    ['regime_by_date.csv', regimeByDateCsv(panel)],
    ['ridge_coefficients.csv', ridgeCoefficientsCsv(scored.models)],
    ['prefilter_stats.csv', prefilterStatsCsv(panel)],
    ['scores.csv', scoresCsv(panel, scored, params)],
  ]);
}

function modelColumns({ members, weights }: DecidedPool['scored']): ModelColumns {
  const cells = members.map(({ symbol, raw, normalised, blend, rank, selected }): readonly [string, ModelCells] => [
    symbol,
    {
      ruleScore: nullIfMissing(normalised.rule),
      linearScore: nullIfMissing(normalised.linear),
      mlScore: nullIfMissing(normalised.ml),
      linearScoreRaw: nullIfMissing(raw.linear),
      mlScoreRaw: nullIfMissing(raw.ml),
      finalScore: nullIfMissing(blend.final),
      confidence: nullIfMissing(blend.confidence),
      currentRank: rank,
      selected,
    },
  ]);
  return { weights, bySymbol: new Map(cells) };
}
