import { formatDay } from '../../core/calendar-day.ts';
import type { Panel, PrefilterStats } from '../panel.ts';
import { booleanCell, csvText, floatCell, integerCell } from './csv-cells.ts';

const COLUMNS: readonly (readonly [header: string, cell: (row: PrefilterStats) => string])[] = [
  ['symbol', (row) => row.symbol],
  ['history_days', (row) => integerCell(row.historyDays)],
  ['latest_date', (row) => formatDay(row.latestDay)],
  ['avg_quote_vol_30', (row) => floatCell(row.avgQuoteVol30)],
  ['avg_quote_vol_90', (row) => floatCell(row.avgQuoteVol90)],
  ['avg_quote_vol_180', (row) => floatCell(row.avgQuoteVol180)],
  ['liquidity_stability', (row) => floatCell(row.liquidityStability)],
  ['tradable_ratio_180', (row) => floatCell(row.tradableRatio180)],
  ['liquidity_days_90', (row) => integerCell(row.liquidityDays90)],
  ['liquidity_days_180', (row) => integerCell(row.liquidityDays180)],
  ['relaxed_pass', (row) => booleanCell(row.relaxedPass)],
];

/**
 * `prefilter_stats.csv`: statistics of every symbol the prefilter judged and its position in the loaded set (0 is the benchmark,
 * empty = not loaded). Only the header when the prefilter is off.
 */
export function prefilterStatsCsv({ prefilter }: Pick<Panel, 'prefilter'>): string {
  const position = new Map(prefilter?.loadOrder.map((symbol, k) => [symbol, k]));
  const rows = (prefilter?.stats ?? []).map((row) => [
    ...COLUMNS.map(([, cell]) => cell(row)),
    floatCell(position.get(row.symbol) ?? Number.NaN),
  ]);
  return csvText([...COLUMNS.map(([header]) => header), 'load_position'], rows);
}
