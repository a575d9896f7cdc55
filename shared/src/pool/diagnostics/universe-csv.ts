import { formatDay } from '../../core/calendar-day.ts';
import type { Panel, UniverseRow } from '../panel.ts';
import { booleanCell, csvText, floatCell, integerCell } from './csv-cells.ts';

const COLUMNS: readonly (readonly [header: string, cell: (row: UniverseRow) => string])[] = [
  ['date', (row) => formatDay(row.day)],
  ['symbol', (row) => row.symbol],
  ['metadata_eligible', (row) => booleanCell(row.metadataEligible)],
  ['is_benchmark', (row) => booleanCell(row.isBenchmark)],
  ['history_eligible', (row) => booleanCell(row.historyEligible)],
  ['liquidity_eligible', (row) => booleanCell(row.liquidityEligible)],
  ['tradable_eligible', (row) => booleanCell(row.tradableEligible)],
  ['market_cap_eligible', (row) => booleanCell(row.marketCapEligible)],
  ['liquidity_days_90', (row) => floatCell(row.liquidityDays90)],
  ['liquidity_days_180', (row) => floatCell(row.liquidityDays180)],
  ['continuous_liquidity_eligible', (row) => booleanCell(row.continuousLiquidityEligible)],
  ['candidate_eligible', (row) => booleanCell(row.candidateEligible)],
  ['in_universe', (row) => booleanCell(row.inUniverse)],
  ['age_days', (row) => integerCell(row.ageDays)],
  ['avg_quote_vol_30', (row) => floatCell(row.avgQuoteVol30)],
  ['avg_quote_vol_90', (row) => floatCell(row.avgQuoteVol90)],
  ['avg_quote_vol_180', (row) => floatCell(row.avgQuoteVol180)],
  ['liquidity_stability', (row) => floatCell(row.liquidityStability)],
  ['tradable_ratio_180', (row) => floatCell(row.tradableRatio180)],
];

/** `universe_by_refresh.csv`: every gate of every symbol on every refresh date. */
export function universeByRefreshCsv({ universe }: Pick<Panel, 'universe'>): string {
  return csvText(
    COLUMNS.map(([header]) => header),
    universe.rows.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  );
}
