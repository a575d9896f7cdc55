import type { LoadedPoolParams } from '../contracts/parse-pool-params.ts';
import type { PoolParams } from '../contracts/pool-params.ts';
import type { ShadowTrack, ShadowTracks } from '../contracts/shadow-tracks.ts';
import { formatDay } from '../core/calendar-day.ts';
import { LivepoolError } from '../core/errors.ts';
import { ok, type Refusal, type Result } from '../core/result.ts';
import { buildHistoryPanel, type HistoryPanel } from '../pool/history/history-panel.ts';
import { type HistoryStep, scoreHistory, type TargetHistory, type WindowReport } from '../pool/history/score-history.ts';
import { fitHistGbt } from '../pool/models/ml-scores.ts';
import type { PanelInput } from '../pool/panel-input.ts';
import { activationDay, releaseDates } from './release-dates.ts';
import { renderShadowRelease, type ShadowRelease } from './shadow-release.ts';

/** What a history of shadow releases is a function of. */
export interface ShadowInput
  extends Omit<PanelInput, 'params' | 'universeState' | 'previousPool' | 'scoredDates' | 'detailDates'> {
  readonly params: LoadedPoolParams;
  readonly tracks: ShadowTracks;
  /** Version of the last release where it is not the first revision of its date. */
  readonly lastVersion?: string;
}

/** Every release of one track, ascending by date. */
export interface TrackReleases {
  readonly track: ShadowTrack;
  readonly releases: readonly ShadowRelease[];
  /** Release dates with fewer scored members than the pool size. */
  readonly skippedDates: readonly string[];
}

export interface ShadowHistory {
  readonly asOf: string;
  readonly tracks: readonly TrackReleases[];
  readonly windows: readonly WindowReport[];
  /** Size of the panel that all tracks share. */
  readonly panelRows: number;
  readonly panelDates: number;
}

/**
 * The monthly pools of years, per track (release spec §10): one panel, one set of walk-forward windows, one label per track. A
 * generator over the windows, see `scoreHistory`; returns the history or why there is none. The same input gives the same bytes.
 */
export function* shadowHistory(input: ShadowInput): Generator<HistoryStep, Result<ShadowHistory, readonly Refusal[]>, void> {
  const { tracks } = input;
  const params = sharedParams(input.params.params, tracks);
  const panel = buildHistoryPanel({ ...input, params });
  if (!panel.ok) return panel;
  const { dates } = panel.value;
  const days = releaseDates(dates, params);
  const { test_dates, step_dates, aggregation, trailing } = tracks.walkforward;
  const scored = yield* scoreHistory(panel.value, {
    params,
    targets: tracks.tracks.map(({ target_mode }) => target_mode),
    days,
    walkForward: {
      trainDates: params.model.train_dates,
      purgeDates: params.model.embargo_dates,
      testDates: test_dates,
      stepDates: step_dates,
      trailing,
      aggregation,
    },
    fitMl: fitHistGbt,
  });
  if (!scored.ok) return scored;
  return ok({
    asOf: formatDay(panel.value.asOf),
    tracks: tracks.tracks.map((track, t) => trackReleases(track, scored.value.byTarget[t]!, days, panel.value, params, input)),
    windows: scored.value.windows,
    panelRows: panel.value.rows.rowCount,
    panelDates: dates.length,
  });
}

/** The base parameters over the universe of the shared panel; PARAMS_INVALID for a universe that they do not know. */
function sharedParams(base: PoolParams, { universe_mode }: ShadowTracks): PoolParams {
  if (!Object.hasOwn(base.universe.modes, universe_mode)) {
    const known = Object.keys(base.universe.modes).join(', ');
    const message = `there is no universe ${universe_mode} in parameter set ${base.id}; there are ${known}`;
    throw new LivepoolError('PARAMS_INVALID', 'terminal', message, { universe_mode });
  }
  return { ...base, universe: { ...base.universe, mode: universe_mode } };
}

function trackReleases(
  track: ShadowTrack,
  { dates: ranked }: TargetHistory,
  days: readonly number[],
  panel: HistoryPanel,
  params: PoolParams,
  { lastVersion }: ShadowInput,
): TrackReleases {
  const releases: ShadowRelease[] = [];
  const skippedDates: string[] = [];
  const byDate = new Map(ranked.map((date) => [date.decision.asOfDate, date]));
  for (const day of days) {
    const date = byDate.get(formatDay(day));
    if (date === undefined || date.rankedCount < params.pool.size) {
      skippedDates.push(formatDay(day));
      continue;
    }
    const activationDate = formatDay(activationDay(panel.dates, day, params));
    const version = day === panel.asOf ? lastVersion : undefined;
    releases.push(renderShadowRelease(date.decision, { track, params, activationDate, version }));
  }
  return { track, releases, skippedDates };
}
