import type { RegimeTransition } from '../../contracts/quant-stream.ts';
import type { RegimeState } from '../../contracts/regime-snapshot.ts';
import { parseBoundary } from './boundary.ts';

/** Changes of the regime from one known state to the next, newest first; `states` oldest first. */
export function regimeTransitions(states: readonly RegimeState[]): readonly RegimeTransition[] {
  return states.flatMap((state, at) => transitionTo(states[at - 1], state)).reverse();
}

/** The change that a state brings after the one before it, if it is one. */
export function transitionTo(before: RegimeState | undefined, state: RegimeState): readonly RegimeTransition[] {
  if (before === undefined || before.regime === state.regime) return [];
  const { boundary, confidence, regime } = state;
  return [{ symbol: 'global', from: before.regime, to: regime, confidence, ts: parseBoundary(boundary) }];
}
