import type { CalendarDay } from '../../core/calendar-day.ts';
import { ok, type Refusal, type Result } from '../../core/result.ts';
import { inferInstrument } from '../../market/infer-instruments.ts';
import type { QualityFinding } from '../../market/quality/finding.ts';
import { openBuild } from '../build-panel.ts';
import { matrixBuilder } from '../feature-matrix.ts';
import { memberTables, sceneBenchmark } from '../feature-tables.ts';
import { featureWorkspace } from '../features/feature-columns.ts';
import { buildLabels } from '../labels/build-labels.ts';
import { labelEnds } from '../labels/label-end.ts';
import { sceneReturns } from '../labels/scene-returns.ts';
import { memberGrid } from '../member-grid.ts';
import type { FeatureMatrix, LabelTable, RegimeDay, RuleScores } from '../panel.ts';
import type { PanelInput } from '../panel-input.ts';
import { rowRange } from '../row-range.ts';
import type { Scene } from '../scene.ts';
import { universeDecisions } from '../universe/universe-history.ts';

/**
 * One panel for the scores of many dates: every in-universe row of every date, where the panel of a live build keeps a training
 * window and as_of. Row r is the same row in `rows`, `rules` and `labels`; rows are ordered by (day, symbol).
 */
export interface HistoryPanel {
  /** Last date that anything was read of. */
  readonly asOf: CalendarDay;
  readonly mode: string;
  readonly universeMode: string;
  readonly symbols: readonly string[];
  readonly baseAssets: readonly (string | null)[];
  /** Panel dates, ascending. */
  readonly dates: Int32Array;
  /** Rows of the date at position p are `rowStart[p] … rowStart[p + 1] − 1`. */
  readonly rowStart: Int32Array;
  readonly rows: FeatureMatrix;
  readonly rules: RuleScores;
  readonly labels: LabelTable;
  /** Per date, see `labelEnds`. */
  readonly labelEnds: Float64Array;
  /** One entry per panel date. */
  readonly regimes: readonly RegimeDay[];
  readonly findings: readonly QualityFinding[];
}

/**
 * The panel of historical scoring (pool spec §2): the stages of a live build up to the regime, over all dates, each date judged
 * by what it could know. Membership is derived from the first date on; the prefilter belongs to live builds alone.
 */
export function buildHistoryPanel(input: PanelInput): Result<HistoryPanel, readonly Refusal[]> {
  const { params, universeState: _, previousPool: __, ...rest } = input;
  const scene = openBuild({ ...rest, params: { ...params, prefilter: { ...params.prefilter, mode: 'off' } } });
  return scene.ok ? ok(historyOf(scene.value)) : scene;
}

function historyOf(scene: Scene): HistoryPanel {
  const { params } = scene.input;
  const { dates, observations } = scene;
  const workspace = featureWorkspace(Math.max(...observations.map(({ count }) => count)));
  const grid = memberGrid(observations, dates, universeDecisions(scene, workspace).isMember);
  const labels = buildLabels(grid, 0, params.labels, sceneReturns(scene));
  const all = matrixBuilder(grid, rowRange(0, grid.rowCount));
  const { rules, regimes } = memberTables(scene, grid, sceneBenchmark(scene, workspace), 0, [all]);
  return {
    asOf: scene.asOf,
    mode: params.mode,
    universeMode: params.universe.mode,
    symbols: scene.symbols,
    baseAssets: scene.symbols.map((symbol) => baseAssetOf(scene, symbol)),
    dates: dates.days,
    rowStart: grid.rowStart,
    rows: all.matrix,
    rules,
    labels,
    labelEnds: labelEnds(scene, grid, labels),
    regimes,
    findings: scene.candles.findings,
  };
}

/** By the newest list that knows the symbol; one that no list knows was a member by its candles alone, and is named by them. */
function baseAssetOf({ metadata, input }: Scene, symbol: string): string | null {
  return metadata.baseAsset(symbol) ?? inferInstrument(symbol, input.params.metadata.quote_assets).baseAsset;
}
