import type { CalendarDay } from '../../core/calendar-day.ts';
import type { FeatureWorkspace } from '../features/feature-columns.ts';
import { featureRule } from '../features/write-features.ts';
import type { MemberGrid } from '../member-grid.ts';
import type { MemberStatus, UniverseHistory } from '../panel.ts';
import type { Scene } from '../scene.ts';
import { type CandidateRow, candidateRows } from './candidates.ts';
import { decideUniverse, type UniverseDecision } from './decide-universe.ts';
import { refreshDates } from './refresh-dates.ts';

/** Candidates and membership of one build, by refresh. */
export interface UniverseDecisions {
  readonly refreshDays: readonly CalendarDay[];
  readonly candidates: readonly CandidateRow[];
  readonly decision: UniverseDecision;
  /** Whether a symbol is a member on the date at a position: membership holds from a refresh to the next. */
  readonly isMember: (symbolIndex: number, position: number) => boolean;
}

/** Decides the universe at every refresh date of the panel (pool spec §9). */
export function universeDecisions(scene: Scene, workspace: FeatureWorkspace): UniverseDecisions {
  const { input, observations, dates, symbols, thresholds, volumeScale, asOf } = scene;
  const { params } = input;
  const refreshDays = refreshDates(dates.days, params.universe);
  const rule = featureRule(params, thresholds.liquidDayQuoteVolume);
  const candidates = candidateRows(observations, refreshDays, thresholds, rule, scene.judges, workspace);
  const previous = input.universeState;
  const decision = decideUniverse({ candidates, refreshDays, symbols, thresholds, params, volumeScale, asOf, previous });
  const inForce = refreshInForce(dates.days, refreshDays);
  return {
    refreshDays,
    candidates,
    decision,
    isMember: (s, position) => decision.byRefresh[inForce[position]!]?.member[s] === 1,
  };
}

/** The decisions as the panel shows them; `grid` ends on as_of. */
export function universeHistory(scene: Scene, decisions: UniverseDecisions, grid: MemberGrid): UniverseHistory {
  const { refreshDays, candidates, decision } = decisions;
  const position = new Map(refreshDays.map((day, k) => [day, k]));
  const isMemberAt = (row: CandidateRow): boolean => decision.byRefresh[position.get(row.day)!]!.member[row.symbolIndex] === 1;
  return {
    refreshDays,
    rows: candidates.map((row) => ({ ...row, inUniverse: isMemberAt(row) })),
    inForce: refreshDays.at(-1),
    state: decision.state,
    stateSource: decision.stateSource,
    metadataInferredBefore: scene.metadata.inferredBefore,
    members: memberStatuses(scene, decision, grid),
    thresholds: scene.thresholds,
  };
}

function memberStatuses({ symbols, dates }: Scene, { byRefresh }: UniverseDecision, grid: MemberGrid): MemberStatus[] {
  const now = byRefresh.at(-1);
  if (now === undefined) return [];
  const rows = grid.symbol.subarray(grid.rowStart[dates.days.length - 1]!);
  return Array.from(rows, (s) => {
    const ineligibleStreak = now.ineligible[s]!;
    return { symbol: symbols[s]!, eligibleStreak: now.eligible[s]!, ineligibleStreak, exitPending: ineligibleStreak > 0 };
  });
}

/** Index of the refresh in force on every panel date, −1 before the first. */
function refreshInForce(days: Int32Array, refreshDays: readonly CalendarDay[]): Int32Array {
  let k = -1;
  return days.map((day) => {
    while (k + 1 < refreshDays.length && refreshDays[k + 1]! <= day) k++;
    return k;
  });
}
