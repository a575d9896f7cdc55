import type { PoolParams } from '../../contracts/pool-params.ts';
import { type CalendarDay, formatDay } from '../../core/calendar-day.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { targetColumn } from '../labels/build-labels.ts';
import { fitPrepared, prepareFeatures } from '../models/fit-models.ts';
import type { FitMl } from '../models/ml-scores.ts';
import type { PreparedMatrices } from '../models/prepare-matrices.ts';
import { type RankedDate, rankDate } from '../ranking/rank-date.ts';
import type { HistoryPanel } from './history-panel.ts';
import { addPredictions, type OutOfSample, outOfSample } from './out-of-sample.ts';
import { type WalkForwardRule, type WalkForwardWindow, walkForwardWindows } from './walk-forward.ts';
import { areSameRows, rowsOfDates, type TrainingRows, takeRows, trainingRows } from './window-rows.ts';

export interface HistoryScoring {
  /** Base parameters; each target replaces `labels.target` only. */
  readonly params: PoolParams;
  /** One history each, over the same windows. */
  readonly targets: readonly string[];
  /** Dates to score, panel dates, ascending. */
  readonly days: readonly CalendarDay[];
  readonly walkForward: WalkForwardRule & { readonly aggregation: 'mean' | 'latest' };
  readonly fitMl: FitMl;
}

/** How one window went for one target. */
export interface WindowReport {
  readonly target: string;
  readonly trainFirst: string;
  readonly trainLast: string;
  readonly testFirst: string;
  readonly testLast: string;
  readonly trainRows: number;
  /** A window with too few rows is skipped and never replaced by a rule. */
  readonly state: 'fitted' | 'skipped_insufficient_rows';
}

export interface ScoredHistory {
  /** Per target, in the order asked. */
  readonly byTarget: readonly TargetHistory[];
  readonly windows: readonly WindowReport[];
}

/** The dates of one target that have an out-of-sample score, ascending. */
export interface TargetHistory {
  readonly target: string;
  readonly dates: readonly RankedDate[];
}

/** What is done so far; one step is one window for all targets. */
export interface HistoryStep {
  readonly done: number;
  readonly total: number;
  readonly testLast: string;
}

/**
 * Scores many dates out of sample (research spec §3): every walk-forward window is fitted on its own past and scores the wanted
 * dates of its test range; a date scored by two windows takes their mean (or the later one). A generator, so that its driver can
 * show progress and stop between windows; it returns the history, or MODEL_FAILED.
 */
export function* scoreHistory(
  panel: HistoryPanel,
  scoring: HistoryScoring,
): Generator<HistoryStep, Result<ScoredHistory, readonly Refusal[]>, void> {
  const { params, targets } = scoring;
  const columns = targets.map((target) => targetColumn(panel.labels, target));
  const predictions = targets.map(() => outOfSample(panel.rows.rowCount, scoring.walkForward.aggregation));
  const reports: WindowReport[] = [];
  const longestHorizon = Math.max(...params.labels.horizons.map(({ days }) => days));
  const positions = positionsOf(panel, scoring.days);
  const windows = walkForwardWindows(panel.dates.length, scoring.walkForward, longestHorizon);
  for (const [w, window] of windows.entries()) {
    const wanted = positions.filter((position) => position >= window.testStart && position <= window.testEnd);
    const scored = rowsOfDates(panel, wanted);
    if (scored.length > 0) {
      const fitted = fitWindow(panel, window, scored, columns, scoring, predictions);
      if (!fitted.ok) return err([fitted.error]);
      reports.push(...fitted.value);
    }
    yield { done: w + 1, total: windows.length, testLast: formatDay(panel.dates[window.testEnd]!) };
  }
  const byTarget = targets.map((target, t) => ({
    target,
    dates: positions.flatMap((position) => rankPosition(panel, position, predictions[t]!, params)),
  }));
  return ok({ byTarget, windows: reports });
}

function positionsOf(panel: HistoryPanel, days: readonly CalendarDay[]): number[] {
  const wanted = new Set(days);
  return Array.from(panel.dates.keys()).filter((position) => wanted.has(panel.dates[position]!));
}

/** Fits one window for every target and notes its predictions. Targets that know the same rows share one preparation. */
function fitWindow(
  panel: HistoryPanel,
  window: WalkForwardWindow,
  scored: Int32Array,
  columns: readonly Float64Array[],
  { params, targets, fitMl }: HistoryScoring,
  predictions: readonly OutOfSample[],
): Result<WindowReport[], Refusal> {
  const reports: WindowReport[] = [];
  let shared: { readonly rows: Int32Array; readonly matrices: PreparedMatrices } | undefined;
  for (const [t, target] of targets.entries()) {
    const training = trainingRows(panel, window, columns[t]!, params.walkforward.label_end_purge);
    const isEnough = training.rows.length >= params.model.min_train_rows;
    reports.push(reportOf(panel, window, target, training, isEnough));
    if (!isEnough) continue;
    if (shared === undefined || !areSameRows(shared.rows, training.rows)) {
      const matrices = prepareFeatures(takeRows(panel.rows, training.rows), takeRows(panel.rows, scored));
      shared = { rows: training.rows, matrices };
    }
    const models = fitPrepared(shared.matrices, training.target, params, fitMl);
    if (!models.ok) return err(inWindow(models.error, reports.at(-1)!));
    addPredictions(predictions[t]!, scored, models.value.linearRaw, models.value.ml.raw);
  }
  return ok(reports);
}

function reportOf(
  { dates }: HistoryPanel,
  { trainStart, trainEnd, testStart, testEnd }: WalkForwardWindow,
  target: string,
  { rows }: TrainingRows,
  isEnough: boolean,
): WindowReport {
  return {
    target,
    trainFirst: formatDay(dates[trainStart]!),
    trainLast: formatDay(dates[trainEnd]!),
    testFirst: formatDay(dates[testStart]!),
    testLast: formatDay(dates[testEnd]!),
    trainRows: rows.length,
    state: isEnough ? 'fitted' : 'skipped_insufficient_rows',
  };
}

function inWindow(refusal: Refusal, { target, testFirst, testLast }: WindowReport): Refusal {
  return { ...refusal, message: `window ${testFirst} to ${testLast}, target ${target}: ${refusal.message}` };
}

/** The ranking of a date, or nothing when no window has scored it. */
function rankPosition(panel: HistoryPanel, position: number, predictions: OutOfSample, params: PoolParams): RankedDate[] {
  const firstRow = panel.rowStart[position]!;
  const count = panel.rowStart[position + 1]! - firstRow;
  if (count === 0 || predictions.windows[firstRow] === 0) return [];
  const date = {
    day: panel.dates[position]!,
    mode: panel.mode,
    symbols: panel.symbols,
    baseAssets: panel.baseAssets,
    features: panel.rows,
    firstRow,
    count,
    rules: panel.rules,
    firstRulesRow: firstRow,
    regime: panel.regimes[position]!,
  };
  const raw = {
    linear: (member: number) => predictions.linear[firstRow + member]!,
    ml: (member: number) => predictions.ml[firstRow + member]!,
  };
  return [rankDate(date, raw, params)];
}
