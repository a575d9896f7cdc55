import type { PoolParams } from '../../contracts/pool-params.ts';
import type { UniverseState } from '../../contracts/universe-state.ts';
import { type CalendarDay, formatDay, parseDay } from '../../core/calendar-day.ts';
import type { PanelWarning, UniverseThresholds } from '../panel.ts';
import type { CandidateRow } from './candidates.ts';
import { advanceMembership, type Membership, noMembership } from './hysteresis.ts';
import { fromUniverseState, toUniverseState, universeParamsSha256 } from './universe-state.ts';

export interface UniverseDecision {
  /** Membership after each refresh. Symbol indices beyond the loaded ones belong to symbols that only the state knew. */
  readonly byRefresh: readonly Membership[];
  readonly state: UniverseState | undefined;
  readonly stateSource: 'carried' | 'derived';
  readonly warnings: readonly PanelWarning[];
}

export interface UniverseDecisionInput {
  readonly candidates: readonly CandidateRow[];
  readonly refreshDays: readonly CalendarDay[];
  /** Loaded symbols, ascending. */
  readonly symbols: readonly string[];
  readonly thresholds: UniverseThresholds;
  readonly params: PoolParams;
  readonly volumeScale: number;
  readonly asOf: CalendarDay;
  /** State of the newest sealed release, if there is one. */
  readonly previous: UniverseState | undefined;
}

/**
 * Membership after every refresh. With `universe.state` = `carry` and a usable state, membership from the state's refresh on is
 * the state's, advanced by the refreshes since; the from-scratch derivation runs all the same and a difference is a warning
 * (pool spec PT7).
 */
export function decideUniverse(input: UniverseDecisionInput): UniverseDecision {
  const paramsSha256 = universeParamsSha256(input.params, input.volumeScale);
  const flags = candidateFlags(input);
  const derived = runHysteresis(noMembership(input.symbols.length), flags, input.thresholds);
  const { state, warnings } = usableState(input, paramsSha256);
  if (state === undefined) {
    return {
      byRefresh: derived,
      state: finalState(derived, input.symbols, input, paramsSha256),
      stateSource: 'derived',
      warnings,
    };
  }
  const symbols = [...input.symbols, ...unloadedSymbols(state, input.symbols)];
  const carried = carryOn(state, symbols, flags, derived, input);
  return {
    byRefresh: carried,
    state: finalState(carried, symbols, input, paramsSha256),
    stateSource: 'carried',
    warnings: [...warnings, ...driftWarnings(derived, carried, input.symbols)],
  };
}

function candidateFlags({ candidates, refreshDays, symbols }: UniverseDecisionInput): Uint8Array[] {
  const position = new Map(refreshDays.map((day, k) => [day, k]));
  const flags = refreshDays.map(() => new Uint8Array(symbols.length));
  for (const row of candidates) if (row.candidateEligible) flags[position.get(row.day)!]![row.symbolIndex] = 1;
  return flags;
}

function runHysteresis(start: Membership, flags: readonly Uint8Array[], thresholds: UniverseThresholds): Membership[] {
  let membership = start;
  return flags.map((candidate) => {
    membership = advanceMembership(membership, candidate, thresholds);
    return membership;
  });
}

function usableState(
  { params, previous, asOf, refreshDays }: UniverseDecisionInput,
  paramsSha256: string,
): { readonly state: UniverseState | undefined; readonly warnings: readonly PanelWarning[] } {
  if (params.universe.state === 'rederive' || previous === undefined) return { state: undefined, warnings: [] };
  const unusable = (why: string): { state: undefined; warnings: PanelWarning[] } => ({
    state: undefined,
    warnings: [{ code: 'universe_state_unusable', message: `membership was derived from scratch: ${why}`, symbols: [] }],
  });
  if (previous.universe_params_sha256 !== paramsSha256) return unusable('the state was made under other universe parameters');
  const refreshDay = parseDay(previous.refresh_date);
  if (refreshDay === undefined || refreshDay > asOf) {
    return unusable(`the state is of ${previous.refresh_date}, after as_of ${formatDay(asOf)}`);
  }
  if (!refreshDays.includes(refreshDay)) return unusable(`${previous.refresh_date} is no refresh date of these candles`);
  return { state: previous, warnings: [] };
}

function unloadedSymbols(state: UniverseState, loaded: readonly string[]): string[] {
  const known = new Set(loaded);
  const named = new Set([...state.members, ...Object.keys(state.streaks)]);
  return [...named].filter((symbol) => !known.has(symbol)).toSorted();
}

/** Derived membership before the state's refresh, the state's on it, and the state's advanced after it. */
function carryOn(
  state: UniverseState,
  symbols: readonly string[],
  flags: readonly Uint8Array[],
  derived: readonly Membership[],
  { refreshDays, thresholds }: UniverseDecisionInput,
): Membership[] {
  const stateDay = parseDay(state.refresh_date)!;
  let membership = fromUniverseState(state, symbols);
  return refreshDays.map((day, k) => {
    if (day < stateDay) return derived[k]!;
    if (day > stateDay) {
      const candidate = new Uint8Array(symbols.length);
      candidate.set(flags[k]!);
      membership = advanceMembership(membership, candidate, thresholds);
    }
    return membership;
  });
}

function finalState(
  byRefresh: readonly Membership[],
  symbols: readonly string[],
  { refreshDays }: UniverseDecisionInput,
  paramsSha256: string,
): UniverseState | undefined {
  const last = byRefresh.at(-1);
  const day = refreshDays.at(-1);
  return last === undefined || day === undefined ? undefined : toUniverseState(last, symbols, day, paramsSha256);
}

function driftWarnings(
  derived: readonly Membership[],
  carried: readonly Membership[],
  symbols: readonly string[],
): readonly PanelWarning[] {
  const fresh = derived.at(-1);
  const kept = carried.at(-1);
  const drifted = symbols.filter((_, s) => fresh?.member[s] !== kept?.member[s]);
  if (drifted.length === 0) return [];
  const message = `carried membership differs from a derivation from scratch in ${drifted.length} symbols: ${drifted.join(' ')}`;
  return [{ code: 'universe_state_drift', message, symbols: drifted }];
}
