import type { PoolParams } from '../../contracts/pool-params.ts';
import type { UniverseState } from '../../contracts/universe-state.ts';
import { type CalendarDay, formatDay } from '../../core/calendar-day.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { type Membership, noMembership } from './hysteresis.ts';

/** SHA-256 over every parameter that decides membership: a state made under other ones cannot be carried on (pool spec PT7). */
export function universeParamsSha256(params: PoolParams, volumeScale: number): string {
  const { modes, mode, state: _state, volume_scale: _scales, ...refresh } = params.universe;
  const deciding = {
    benchmark_symbol: params.benchmark_symbol,
    history_start: params.history_start,
    metadata: params.metadata,
    calendar: params.calendar,
    features: params.features,
    quality: params.quality,
    universe: { ...refresh, mode, thresholds: modes[mode], volume_scale: volumeScale },
  };
  return sha256Hex(sortedJson(deciding));
}

/** The membership after a refresh as the document that the next build carries on. */
export function toUniverseState(
  membership: Membership,
  symbols: readonly string[],
  refreshDay: CalendarDay,
  paramsSha256: string,
): UniverseState {
  const streaks = symbols.map((symbol, s) => {
    return [symbol, { eligible: membership.eligible[s]!, ineligible: membership.ineligible[s]! }] as const;
  });
  return {
    schema: 'universe_state.v1',
    refresh_date: formatDay(refreshDay),
    universe_params_sha256: paramsSha256,
    members: symbols.filter((_, s) => membership.member[s] === 1),
    streaks: Object.fromEntries(streaks),
  };
}

/** The membership that a state describes, for the given symbols; symbols that the state does not know start at 0. */
export function fromUniverseState(state: UniverseState, symbols: readonly string[]): Membership {
  const membership = noMembership(symbols.length);
  const members = new Set(state.members);
  for (const [s, symbol] of symbols.entries()) {
    membership.member[s] = members.has(symbol) ? 1 : 0;
    membership.eligible[s] = state.streaks[symbol]?.eligible ?? 0;
    membership.ineligible[s] = state.streaks[symbol]?.ineligible ?? 0;
  }
  return membership;
}

/** JSON with the keys of every object in code-unit order, so that the order in a file does not matter. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (item === null || typeof item !== 'object' || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
