import { describe, expect, it } from 'vitest';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { buildHistoryPanel, type HistoryPanel } from '#shared/pool/history/history-panel.ts';
import { type HistoryScoring, type ScoredHistory, scoreHistory } from '#shared/pool/history/score-history.ts';
import { fitHistGbt } from '#shared/pool/models/ml-scores.ts';
import type { PanelInput } from '#shared/pool/panel-input.ts';
import { scorePool } from '#shared/pool/ranking/score-pool.ts';
import { candleWorld, smallWorldParams, WORLD_START, withoutRows, worldInput } from '../../arbitraries/candle-world.ts';
import { panelOrThrow } from '../../golden/golden-pool.ts';

const NAMES = ['AAAUSDT', 'BBBUSDT', 'CCCUSDT', 'DDDUSDT', 'EEEUSDT', 'FFFUSDT', 'GGGUSDT'];
const TARGETS = ['blended_rank_pct', 'future_topk_label_6'];

/** Labels of 3, 6 and 9 days; the live window ends 10 dates before as_of and holds 30. */
function paramsOf(set: 'reference' | 'core_major'): PoolParams {
  const params = smallWorldParams(set);
  return {
    ...params,
    quality: { enforce: false },
    universe: { ...params.universe, partial_month_refresh: false, first_date_refresh: false },
    model: { ...params.model, min_train_rows: 40, train_dates: 30, embargo_dates: 10 },
    hist_gbt: { ...params.hist_gbt, trees: 3, min_rows_leaf: 8 },
  };
}

const WALK_FORWARD = {
  trainDates: 60,
  testDates: 40,
  stepDates: 20,
  purgeDates: 10,
  trailing: 'every_started',
  aggregation: 'mean',
} as const;

/** A world of 440 days with a late listing, a hole and a symbol that stops. */
function world(set: 'reference' | 'core_major'): PanelInput {
  const candles = candleWorld({ seed: 'history', days: 440, symbols: NAMES }).map((series) => {
    if (series.symbol === 'BBBUSDT') return withoutRows(series, (row) => row < 40);
    if (series.symbol === 'CCCUSDT') return withoutRows(series, (row) => row >= 290 && row < 293);
    if (series.symbol === 'DDDUSDT') return withoutRows(series, (row) => row > 380);
    return series;
  });
  return worldInput(candles, paramsOf(set), WORLD_START + 439);
}

function panelOf(input: PanelInput): HistoryPanel {
  const built = buildHistoryPanel(input);
  if (!built.ok) throw new Error(built.error.map(({ message }) => message).join('; '));
  return built.value;
}

function scored(panel: HistoryPanel, scoring: Partial<HistoryScoring> & Pick<HistoryScoring, 'params'>): ScoredHistory {
  const steps = scoreHistory(panel, {
    targets: TARGETS,
    days: [...panel.dates].filter((day) => day % 4 === 0),
    walkForward: WALK_FORWARD,
    fitMl: fitHistGbt,
    ...scoring,
  });
  for (;;) {
    const step = steps.next();
    if (!step.done) continue;
    if (!step.value.ok) throw new Error(step.value.error.map(({ message }) => message).join('; '));
    return step.value.value;
  }
}

describe.each(['reference', 'core_major'] as const)('historical scoring (%s)', (set) => {
  it('decides a date as a live build of that date does, when it learns from the same window', () => {
    const input = world(set);
    // Test ranges of one date, from every date on: the training window of position p is the live one of as_of p.
    const live = { ...WALK_FORWARD, trainDates: 39, purgeDates: 9, testDates: 1, stepDates: 1 };
    const days = [280, 311, 340, 385, 439].map((k) => WORLD_START + k);
    const history = scored(panelOf(input), { params: input.params, walkForward: live, days, targets: [TARGETS[0]!] });
    const decisions = history.byTarget[0]!.dates.map(({ decision }) => decision);
    expect(decisions).toHaveLength(days.length);
    for (const [k, asOf] of days.entries()) {
      const pool = scorePool(panelOrThrow({ ...input, asOf }), input.params, fitHistGbt);
      if (!pool.ok) throw new Error(JSON.stringify(pool.error));
      expect(decisions[k]).toEqual(pool.value.decision);
    }
  });

  it('never looks ahead: taking the future away, or spoiling it, changes no earlier date', () => {
    const input = world(set);
    const asked = { params: input.params, targets: [TARGETS[0]!] };
    const whole = scored(panelOf(input), asked);
    for (const asOf of [WORLD_START + 330, WORLD_START + 411]) {
      const cut = input.candles.map((series) => withoutRows(series, (row) => series.day[row]! > asOf));
      const spoilt = input.candles.map((series) => {
        const copy = withoutRows(series, () => false);
        for (const [row, day] of copy.day.entries()) if (day > asOf) copy.close[row]! *= 1 + ((row * 7) % 5);
        return copy;
      });
      const until = ({ byTarget }: ScoredHistory) =>
        byTarget.map(({ dates }) => dates.map(({ decision }) => decision).filter((d) => parse(d.asOfDate) <= asOf));
      const expected = until(whole);
      expect(expected[0]!.length).toBeGreaterThan(15);
      expect(until(scored(panelOf({ ...input, candles: cut, asOf }), asked))).toEqual(expected);
      expect(until(scored(panelOf({ ...input, candles: spoilt }), asked))).toEqual(expected);
    }
  });

  it('gives no score to a date before the first test range, and to one without a fitted window; two windows are averaged', () => {
    const input = world(set);
    const panel = panelOf(input);
    const history = scored(panel, { params: input.params });
    const mean = history.byTarget[0]!.dates;
    const fitted = history.windows.filter(({ state }) => state === 'fitted');
    const latest = scored(panel, {
      params: input.params,
      walkForward: { ...WALK_FORWARD, aggregation: 'latest' },
    }).byTarget[0]!.dates;
    expect(mean[0]!.decision.asOfDate >= fitted[0]!.testFirst).toBe(true);
    expect(mean[0]!.decision.asOfDate > history.windows[0]!.testFirst, 'there were dates without a fitted window').toBe(true);
    const K = 344 + ((4 - ((WORLD_START + 344) % 4)) % 4);
    const raw = (dates: typeof mean, k: number) =>
      dates.find(({ decision }) => decision.asOfDate === formatted(k))?.members.map((m) => [m.symbol, m.raw.linear]);
    expect(raw(mean, K)).toBeDefined();
    expect(raw(mean, K)?.toSorted()).not.toEqual(raw(latest, K)?.toSorted());
  });
});

describe('historical scoring', () => {
  it('reports a window with too few rows and replaces it by nothing', () => {
    const input = world('core_major');
    const params = { ...input.params, model: { ...input.params.model, min_train_rows: 300 } };
    const history = scored(panelOf(input), { params });
    const skipped = history.windows.filter(({ state }) => state === 'skipped_insufficient_rows');
    expect(skipped.length).toBeGreaterThan(0);
    expect(skipped.length).toBeLessThan(history.windows.length);
    for (const { trainRows } of skipped) expect(trainRows).toBeLessThan(300);
    const first = history.byTarget[0]!.dates[0]!.decision.asOfDate;
    const fitted = history.windows.filter(({ state }) => state === 'fitted').map(({ testFirst }) => testFirst);
    expect(first >= fitted.toSorted()[0]!).toBe(true);
  });

  it('leaves out every training date of which a label looks at the test range', () => {
    const input = world('reference');
    const panel = panelOf(input);
    // As if the labels of one training date of every window reached into it.
    const late = { ...panel, labelEnds: panel.labelEnds.map((end, p) => (p % 10 === 5 ? Number.POSITIVE_INFINITY : end)) };
    const rowsOf = (of: HistoryPanel) => scored(of, { params: input.params }).windows.map(({ trainRows }) => trainRows);
    const all = rowsOf(panel);
    const purged = rowsOf(late);
    expect(purged.every((rows, k) => rows < all[k]! || all[k] === 0)).toBe(true);
    expect(Math.max(...all)).toBeGreaterThan(100);
    const off = { ...input.params, walkforward: { label_end_purge: false } };
    expect(scored(late, { params: off }).windows.map(({ trainRows }) => trainRows)).toEqual(
      scored(panel, { params: off }).windows.map(({ trainRows }) => trainRows),
    );
  });

  it('shares the panel between targets: each target alone gives the same history', () => {
    const input = world('core_major');
    const panel = panelOf(input);
    const both = scored(panel, { params: input.params });
    for (const [t, target] of TARGETS.entries()) {
      expect(scored(panel, { params: input.params, targets: [target] }).byTarget[0]).toEqual(both.byTarget[t]);
    }
    expect(both.byTarget[0]!.dates).not.toEqual(both.byTarget[1]!.dates);
  });
});

function parse(text: string): number {
  return Date.parse(`${text}T00:00:00Z`) / 86_400_000;
}

function formatted(k: number): string {
  return new Date((WORLD_START + k) * 86_400_000).toISOString().slice(0, 10);
}
