import { err, ok, type Refusal, type Result } from '../core/result.ts';
import { type ExclusionFacts, exclusionsOf } from './exclusions.ts';
import { featureTables } from './feature-tables.ts';
import { featureWorkspace } from './features/feature-columns.ts';
import { buildLabels } from './labels/build-labels.ts';
import { type FutureReturnRule, futureReturn } from './labels/future-return.ts';
import { memberGrid } from './member-grid.ts';
import type { Exclusion, Panel, UniverseHistory } from './panel.ts';
import { countedFailures, type PanelInput } from './panel-input.ts';
import { benchmarkRefusals, coverageRefusals, openDayRefusals, sourceRefusals } from './refusals.ts';
import { eligibleSymbols, openScene, type Scene } from './scene.ts';
import { trainingWindow } from './training-window.ts';
import { universeDecisions, universeHistory } from './universe/universe-history.ts';

/**
 * The panel of one build: metadata → prefilter → candles → quality → features → universe → context → labels → rule scores →
 * regime (pool spec §2). A pure function of its input. Refuses with every reason that is known before the work starts.
 */
export function buildPanel(input: PanelInput): Result<Panel, readonly Refusal[]> {
  const uncalibrated = sourceRefusals(input);
  if (uncalibrated.length > 0) return err(uncalibrated);
  const scene = openScene(input);
  const refusals = [
    ...openDayRefusals(input, scene.asOf),
    ...benchmarkRefusals(scene.candles.of(input.params.benchmark_symbol), scene.asOf, input),
    ...coverageRefusals(input, eligibleSymbols(scene)),
  ];
  return refusals.length > 0 ? err(refusals) : ok(panelOf(scene));
}

function panelOf(scene: Scene): Panel {
  const { input, dates, symbols, observations } = scene;
  const { params } = input;
  const workspace = featureWorkspace(Math.max(...observations.map(({ count }) => count)));
  const decisions = universeDecisions(scene, workspace);
  const grid = memberGrid(observations, dates, decisions.isMember);
  const window = trainingWindow(dates.days.length - 1, params.model.embargo_dates, params.model.train_dates);
  const returnAfter = futureReturns(scene);
  const labels = buildLabels(grid, window.start, params.labels, returnAfter);
  const universe = universeHistory(scene, decisions, grid);
  return {
    asOf: scene.asOf,
    mode: params.mode,
    universeMode: params.universe.mode,
    source: input.source,
    volumeScale: scene.volumeScale,
    symbols,
    baseAssets: symbols.map((symbol) => scene.metadata.baseAsset(symbol)),
    dates: dates.days,
    ...featureTables(scene, workspace, grid, window, labels, returnAfter),
    labels,
    universe,
    exclusions: exclusions(scene, universe),
    prefilter: scene.prefilter,
    findings: scene.candles.findings,
    warnings: decisions.decision.warnings,
  };
}

/** Future return of observation i of episode e. */
function futureReturns({ input, asOf, observations, metadata }: Scene): (e: number, i: number, horizon: number) => number {
  const { labels, calendar } = input.params;
  const rule: FutureReturnRule = {
    mode: calendar.mode,
    lookupLag: calendar.lookup_lag_days,
    asOf,
    delistHaircut: labels.delisted === 'terminal' ? (labels.delist_haircut ?? 0) : null,
  };
  const isLastOfDelisted = observations.map(
    ({ symbol }, e) => symbol !== observations[e + 1]?.symbol && metadata.isDelisted(symbol),
  );
  return (e, i, horizon) => futureReturn(observations[e]!, i, horizon, rule, isLastOfDelisted[e]!);
}

function exclusions(scene: Scene, universe: UniverseHistory): Exclusion[] {
  const { input, asOf, metadata, thresholds, candles, prefilter } = scene;
  const members = new Set(universe.members.map(({ symbol }) => symbol));
  const failedSymbols = new Set(countedFailures(input));
  const known = new Set([...metadata.symbols, ...candles.series.map(({ symbol }) => symbol), ...failedSymbols]);
  const rowsInForce = universe.rows.filter(({ day }) => day === universe.inForce).map((row) => [row.symbol, row] as const);
  const refreshRows = new Map(rowsInForce);
  const loaded = new Set(scene.symbols);
  const facts: ExclusionFacts = {
    asOf,
    refreshDay: universe.inForce,
    metadata,
    thresholds,
    failedSymbols,
    candleSpan: new Map(candles.series.map(({ symbol, day }) => [symbol, { first: day[0]!, last: day.at(-1)! }])),
    isLoaded: (symbol) => prefilter === null || loaded.has(symbol),
    dataReasons: (symbol, day) => candles.bars(symbol, day),
    refreshRow: (symbol) => refreshRows.get(symbol),
    eligibleStreak: (symbol) => universe.state?.streaks[symbol]?.eligible ?? 0,
  };
  return exclusionsOf(
    [...known].filter((symbol) => !members.has(symbol)),
    facts,
  );
}
