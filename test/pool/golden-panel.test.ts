import { beforeAll, describe, expect, it } from 'vitest';
import { formatDay } from '#shared/core/calendar-day.ts';
import { panelLastDateCsv } from '#shared/pool/diagnostics/panel-csv.ts';
import { prefilterStatsCsv } from '#shared/pool/diagnostics/prefilter-csv.ts';
import { regimeByDateCsv } from '#shared/pool/diagnostics/regime-csv.ts';
import { universeByRefreshCsv } from '#shared/pool/diagnostics/universe-csv.ts';
import type { Panel } from '#shared/pool/panel.ts';
import { GOLDEN, goldenInput, panelOrThrow } from '../golden/golden-pool.ts';
import { cellNumber, hasShared, readTable, sharedPath, type Table } from '../golden/read-csv.ts';

const RELATIVE = 1e-9;

describe.skipIf(!hasShared(GOLDEN)).each(['2026-10-31', '2026-11-01'])('the golden run of %s with the parity set', (asOf) => {
  let panel: Panel;
  const expected = (name: string): Table => readTable(sharedPath(`${GOLDEN}/expected-f64-asof-${asOf}/${name}`));

  beforeAll(() => {
    panel = panelOrThrow(goldenInput(asOf));
  });

  it('prefilters the same set in the same order with the same statistics, byte for byte', () => {
    const ours = prefilterStatsCsv(panel).trimEnd().split('\n');
    const golden = expected('prefilter_stats.csv');
    expect(ours).toEqual([golden.header, ...golden.rows].map((row) => row.join(',')));
  });

  it('decides every gate and membership at every refresh date alike', () => {
    expectTable(universeByRefreshCsv(panel), expected('universe_by_refresh.csv.gz'));
  });

  it('sees the same context and regime on every date', () => {
    expectTable(regimeByDateCsv(panel), expected('regime_by_date.csv.gz'));
  });

  it('computes every column of the last 60 dates within 1e-9, missing in the same cells', () => {
    const golden = expected('panel_last60.csv.gz');
    expect(panel.detail.rowCount).toBe(golden.rows.length);
    const shared = golden.header.filter((name) => panel.detail.columns.has(name));
    expect(shared.length).toBeGreaterThanOrEqual(79);
    expect(shared.flatMap((name) => differences(panel.detail.columns.get(name)!, golden, name))).toEqual([]);
    const inUniverse = golden.column('in_universe');
    expect(Array.from(panel.detail.inUniverse)).toEqual(golden.rows.map((row) => cellNumber(row[inUniverse]!)));
  });

  it('writes the last date with all columns in the golden form', () => {
    const golden = expected('panel_last_date_all_columns.csv');
    const ours = panelLastDateCsv(panel).trimEnd().split('\n');
    expect(ours[0]).toBe(golden.header.join(','));
    // Integers, booleans, dates, names and missing cells are bytes; floats are compared above.
    const textual = golden.header.flatMap((name, j) => (TEXTUAL.has(name) ? [j] : []));
    const pick = (cells: readonly string[]): (string | undefined)[] => textual.map((j) => cells[j]);
    expect(ours.slice(1).map((line) => pick(line.split(',')))).toEqual(golden.rows.map(pick));
  });

  it('labels the 60 dates before the end of the training window and the unknown tail alike, to the last bit', () => {
    for (const name of ['labels_60dates.csv.gz', 'labels_tail40.csv.gz']) expectLabels(panel, expected(name));
  });

  it('scores the rules of every scheme alike, to the last bit', () => {
    const golden = expected('scores_last60.csv.gz');
    expect(panel.rules.rowCount).toBe(golden.rows.length);
    for (const [scheme, score] of panel.rules.schemes) {
      const j = golden.column(`rule_score_${scheme}`);
      expect(Array.from(score)).toEqual(golden.rows.map((row) => cellNumber(row[j]!)));
    }
  });

  it('trains on the same window, rows and targets', () => {
    const golden = expected('train_matrix_every40th_row.csv.gz');
    const { training, symbols } = panel;
    const sampled = Array.from({ length: training.rowCount }, (_, row) => row).filter((row) => row % 40 === 0);
    const names = (row: number): string[] => [formatDay(training.day[row]!), symbols[training.symbol[row]!]!];
    expect(sampled.map(names)).toEqual(golden.rows.map(([day, symbol]) => [day, symbol]));
    for (const [j, name] of training.columns.entries()) {
      const column = Float64Array.from(sampled, (row) => training.values[j * training.rowCount + row]!);
      expect(differences(column, golden, name)).toEqual([]);
    }
    const target = golden.column('blended_target');
    expect(sampled.map((row) => training.target[row])).toEqual(golden.rows.map((row) => Number(row[target])));
  });

  it('gives every symbol that is not in the universe one stage with reasons', () => {
    const members = panel.universe.members.map(({ symbol }) => symbol);
    const explained = [...members, ...panel.exclusions.map(({ symbol }) => symbol)];
    expect(new Set(explained).size).toBe(explained.length);
    expect(explained.length).toBe(65);
    expect(panel.exclusions.every(({ reasons }) => reasons.length > 0)).toBe(true);
    const reasonsOf = (symbol: string): unknown => {
      const found = panel.exclusions.find((item) => item.symbol === symbol);
      return [found?.stage, found?.reasons.map(({ code }) => code)];
    };
    expect(reasonsOf('OLDCOINUSDT')).toEqual(['metadata', ['not_trading']]);
    expect(reasonsOf('JUPUSDT')).toEqual(['metadata', ['leveraged_token']]);
    expect(reasonsOf('PEPEUSDT')).toEqual(['metadata', ['high_noise']]);
    expect(reasonsOf('BTCUSDT')).toEqual(['metadata', ['benchmark', 'base_excluded']]);
    expect(reasonsOf('ALGOUSDT')).toEqual(['data', ['prefiltered']]);
  });
});

const TEXTUAL = new Set(
  (
    'date symbol trade_count age_days tradable_flag liquidity_days_90 liquidity_days_180 universe_mode universe_snapshot_date ' +
    'metadata_eligible is_benchmark history_eligible liquidity_eligible tradable_eligible market_cap_eligible ' +
    'continuous_liquidity_eligible candidate_eligible in_universe regime open high low close volume quote_volume ' +
    'future_return_30 future_rank_pct_30 future_topk_label_30 blended_target'
  ).split(' '),
);

/** Cells that differ by more than 1e-9 of the golden value, or are missing in only one of the two. */
function differences(ours: Float64Array, golden: Table, name: string): string[] {
  const j = golden.column(name);
  return golden.rows.flatMap((row, r) => {
    const wanted = cellNumber(row[j]!);
    const value = ours[r]!;
    if (Number.isNaN(wanted) && Number.isNaN(value)) return [];
    return Math.abs(value - wanted) <= RELATIVE * Math.abs(wanted)
      ? []
      : [`${row[0]} ${row[1]} ${name}: ${value}, golden ${wanted}`];
  });
}

/** Same header, same rows; cells equal as text or as numbers within 1e-9. */
function expectTable(ours: string, golden: Table): void {
  const [header, ...rows] = ours
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  expect(header).toEqual(golden.header);
  expect(rows.length).toBe(golden.rows.length);
  const faults = golden.rows.flatMap((row, r) =>
    row.flatMap((cell, j) => {
      const value = rows[r]![j]!;
      const isNear = cell !== '' && value !== '' && Math.abs(Number(value) - Number(cell)) <= RELATIVE * Math.abs(Number(cell));
      return value === cell || isNear ? [] : [`${row[0]} ${row[1]} ${golden.header[j]}: ${value}, golden ${cell}`];
    }),
  );
  expect(faults).toEqual([]);
}

function expectLabels({ labels, symbols }: Panel, golden: Table): void {
  const rowOf = new Map<string, number>();
  for (let row = 0; row < labels.rowCount; row++)
    rowOf.set(`${formatDay(labels.day[row]!)} ${symbols[labels.symbol[row]!]}`, row);
  const inUniverse = golden.column('in_universe');
  const members = golden.rows.filter((row) => row[inUniverse] === 'True');
  expect(members.length).toBeGreaterThan(1000);
  const ours = members.map((row) => rowOf.get(`${row[0]} ${row[1]}`)!);
  expect(ours).not.toContain(undefined);
  const compare = (name: string, column: Float64Array): void => {
    const j = golden.column(name);
    expect(ours.map((row) => column[row])).toEqual(members.map((row) => cellNumber(row[j]!)));
  };
  for (const { days, futureReturn, rankPct, topK } of labels.horizons) {
    compare(`future_return_${days}`, futureReturn);
    compare(`future_rank_pct_${days}`, rankPct);
    compare(`future_topk_label_${days}`, topK);
  }
  compare('blended_target', labels.blendedTarget);
}
