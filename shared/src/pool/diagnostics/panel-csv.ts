import type { ScoreWeights } from '../../contracts/pool-params.ts';
import { formatDay } from '../../core/calendar-day.ts';
import type { Panel } from '../panel.ts';
import { booleanCell, csvText, floatCell, integerCell, optionalCell } from './csv-cells.ts';

/** What models and ranking add to the row of one symbol; null = missing. */
export interface ModelCells {
  /** The three components after rank normalisation within the members. */
  readonly ruleScore: number | null;
  readonly linearScore: number | null;
  readonly mlScore: number | null;
  readonly linearScoreRaw: number | null;
  readonly mlScoreRaw: number | null;
  readonly finalScore: number | null;
  readonly confidence: number | null;
  readonly currentRank: number | null;
  readonly selected: boolean;
}

export interface ModelColumns {
  /** Weights of the regime on the last date. */
  readonly weights: ScoreWeights;
  readonly bySymbol: ReadonlyMap<string, ModelCells>;
}

/** Columns between the symbol and the universe block, in the reference's order. */
const FEATURE_COLUMNS =
  'open high low close volume quote_volume trade_count taker_buy_base_volume taker_buy_quote_volume daily_return roc20 roc60 roc120 sma20 price_vs_sma20 sma60 price_vs_sma60 sma120 price_vs_sma120 sma200 price_vs_sma200 trend_persist_90 ma200_slope dist_to_90d_high dist_to_180d_high breakout_proximity vol20 vol60 momentum_combo risk_adjusted_momentum downside_volatility atr14 atr_ratio rolling_drawdown ulcer_index drawdown_severity avg_quote_vol_30 avg_quote_vol_90 avg_quote_vol_180 liquidity_stability age_days tradable_flag tradable_ratio_180 recent_liquidity_acceleration downside_vol_penalty drawdown_penalty btc_daily_return btc_roc20 btc_roc60 btc_roc120 btc_sma200 btc_ma200_slope btc_close btc_above_ma200 btc_zscore_120 rs20 rs60 rs120 rs_combo rs_risk_adj rolling_beta_to_btc rolling_corr_to_btc'.split(
    ' ',
  );

const CONTEXT_COLUMNS = [
  'breadth_above_sma60',
  'breadth_above_sma200',
  'universe_momentum_dispersion',
  'universe_rs_dispersion',
  'single_leader_burst',
];

const INTEGER_COLUMNS = new Set(['age_days', 'trade_count']);

type Cell = (row: number) => string;

/**
 * `panel_last_date_all_columns.csv`: every column of every loaded symbol with a candle on the last panel date. Needs a panel
 * built with at least one detail date. Without `models` their cells are empty.
 */
export function panelLastDateCsv(panel: Panel, models?: ModelColumns): string {
  const columns = [
    ...identityColumns(panel),
    ...FEATURE_COLUMNS.map((name) => detailColumn(panel, name)),
    ...universeColumns(panel),
    ...CONTEXT_COLUMNS.map((name) => detailColumn(panel, name)),
    ...labelColumns(panel),
    ...scoreColumns(panel, models),
  ];
  const { day, rowCount } = panel.detail;
  const rows = Array.from({ length: rowCount }, (_, row) => row).filter((row) => day[row] === panel.asOf);
  return csvText(
    columns.map(([header]) => header),
    rows.map((row) => columns.map(([, cell]) => cell(row))),
  );
}

type Column = readonly [header: string, cell: Cell];

function identityColumns(panel: Panel): Column[] {
  return [
    ['date', (row) => formatDay(panel.detail.day[row]!)],
    ['symbol', (row) => symbolOf(panel, row)],
  ];
}

function symbolOf({ detail, symbols }: Panel, row: number): string {
  return symbols[detail.symbol[row]!]!;
}

function detailColumn({ detail }: Panel, name: string): Column {
  const values = detail.columns.get(name);
  const text = INTEGER_COLUMNS.has(name) ? integerCell : floatCell;
  return [name, (row) => text(values?.[row] ?? Number.NaN)];
}

function flagColumn({ detail }: Panel, name: string): Column {
  const values = detail.columns.get(name);
  return [name, (row) => booleanCell(values?.[row] === 1)];
}

function universeColumns(panel: Panel): Column[] {
  const { inForce } = panel.universe;
  const snapshotDate = inForce === undefined ? '' : formatDay(inForce);
  return [
    flagColumn(panel, 'metadata_eligible'),
    flagColumn(panel, 'is_benchmark'),
    ['universe_mode', () => panel.universeMode],
    ...['history_eligible', 'liquidity_eligible', 'tradable_eligible', 'market_cap_eligible'].map((name) =>
      flagColumn(panel, name),
    ),
    detailColumn(panel, 'liquidity_days_90'),
    detailColumn(panel, 'liquidity_days_180'),
    flagColumn(panel, 'continuous_liquidity_eligible'),
    flagColumn(panel, 'candidate_eligible'),
    ['in_universe', (row) => booleanCell(panel.detail.inUniverse[row] === 1)],
    ['universe_snapshot_date', () => snapshotDate],
  ];
}

function labelColumns(panel: Panel): Column[] {
  const names = panel.labels.horizons.flatMap(({ days }) => [
    `future_return_${days}`,
    `future_rank_pct_${days}`,
    `future_topk_label_${days}`,
  ]);
  return [...names, 'blended_target'].map((name) => detailColumn(panel, name));
}

function scoreColumns(panel: Panel, models: ModelColumns | undefined): Column[] {
  const regime = panel.regimes.at(-1);
  const of = (header: string, value: (cells: ModelCells) => number | null): Column => [
    header,
    (row) => {
      const cells = models?.bySymbol.get(symbolOf(panel, row));
      return cells === undefined ? '' : optionalCell(value(cells));
    },
  ];
  const weight = (header: string, key: keyof ScoreWeights): Column => [header, () => optionalCell(models?.weights[key] ?? null)];
  return [
    ...[...panel.rules.schemes.keys()].map((scheme) => detailColumn(panel, `rule_score_${scheme}`)),
    of('rule_score', ({ ruleScore }) => ruleScore),
    ['regime', () => regime?.regime ?? ''],
    ['regime_confidence', () => floatCell(regime?.confidence ?? Number.NaN)],
    of('linear_score_raw', ({ linearScoreRaw }) => linearScoreRaw),
    of('ml_score_raw', ({ mlScoreRaw }) => mlScoreRaw),
    of('linear_score', ({ linearScore }) => linearScore),
    of('ml_score', ({ mlScore }) => mlScore),
    weight('rule_score_weight', 'rule'),
    weight('linear_score_weight', 'linear'),
    weight('ml_score_weight', 'ml'),
    of('final_score', ({ finalScore }) => finalScore),
    of('confidence', ({ confidence }) => confidence),
    ['selected_flag', (row) => booleanCell(models?.bySymbol.get(symbolOf(panel, row))?.selected === true)],
    of('current_rank', ({ currentRank }) => currentRank),
  ];
}
