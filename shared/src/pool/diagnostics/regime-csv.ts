import { formatDay } from '../../core/calendar-day.ts';
import type { Panel, RegimeDay } from '../panel.ts';
import { csvText, floatCell } from './csv-cells.ts';

const COLUMNS: readonly (readonly [header: string, cell: (row: RegimeDay) => string])[] = [
  ['date', (row) => formatDay(row.day)],
  ['btc_close', (row) => floatCell(row.btcClose)],
  ['btc_above_ma200', (row) => floatCell(row.btcAboveMa200)],
  ['btc_ma200_slope', (row) => floatCell(row.btcMa200Slope)],
  ['btc_zscore_120', (row) => floatCell(row.btcZscore120)],
  ['breadth_above_sma60', (row) => floatCell(row.breadthAboveSma60)],
  ['breadth_above_sma200', (row) => floatCell(row.breadthAboveSma200)],
  ['universe_momentum_dispersion', (row) => floatCell(row.momentumDispersion)],
  ['universe_rs_dispersion', (row) => floatCell(row.rsDispersion)],
  ['single_leader_burst', (row) => floatCell(row.singleLeaderBurst)],
  ['regime', (row) => row.regime],
  ['regime_confidence', (row) => floatCell(row.confidence)],
];

/** `regime_by_date.csv`: market context, regime and confidence of every panel date. */
export function regimeByDateCsv({ regimes }: Pick<Panel, 'regimes'>): string {
  return csvText(
    COLUMNS.map(([header]) => header),
    regimes.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  );
}
