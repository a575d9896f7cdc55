import { formatDay } from '../core/calendar-day.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import { type ExclusionFacts, exclusionsOf } from './exclusions.ts';
import { featureTables } from './feature-tables.ts';
import { featureWorkspace } from './features/feature-columns.ts';
import { buildLabels } from './labels/build-labels.ts';
import { sceneReturns } from './labels/scene-returns.ts';
import { memberGrid } from './member-grid.ts';
import type { Exclusion, Panel, PanelWarning, UniverseHistory } from './panel.ts';
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
  const scene = openBuild(input);
  return scene.ok ? ok(panelOf(scene.value)) : scene;
}

/** The scene of a build, unless there is a reason not to start it: uncalibrated source, open day, benchmark, coverage. */
export function openBuild(input: PanelInput): Result<Scene, readonly Refusal[]> {
  const uncalibrated = sourceRefusals(input);
  if (uncalibrated.length > 0) return err(uncalibrated);
  const scene = openScene(input);
  const refusals = [
    ...openDayRefusals(input, scene.asOf),
    ...benchmarkRefusals(scene.candles.of(input.params.benchmark_symbol), scene.asOf, input),
    ...coverageRefusals(input, eligibleSymbols(scene)),
  ];
  return refusals.length > 0 ? err(refusals) : ok(scene);
}

function panelOf(scene: Scene): Panel {
  const { input, dates, symbols, observations } = scene;
  const { params } = input;
  const workspace = featureWorkspace(Math.max(...observations.map(({ count }) => count)));
  const decisions = universeDecisions(scene, workspace);
  const grid = memberGrid(observations, dates, decisions.isMember);
  const window = trainingWindow(dates.days.length - 1, params.model.embargo_dates, params.model.train_dates);
  const returnAfter = sceneReturns(scene);
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
    warnings: [...metadataWarnings(scene), ...decisions.decision.warnings],
  };
}

/** Names and base assets then come from a list that nobody had on as_of (pool spec §5 PT4). */
function metadataWarnings({ metadata: { borrowedFrom }, asOf }: Scene): PanelWarning[] {
  if (borrowedFrom === null) return [];
  const message =
    `the oldest instrument list is of ${formatDay(borrowedFrom)}, ${borrowedFrom - asOf} days after as_of: ` +
    'who was trading is inferred from candles, names come from that list, and nobody counts as delisted';
  return [{ code: 'metadata_inferred', message, symbols: [] }];
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
