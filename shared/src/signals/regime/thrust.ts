import type { RegimeParams } from '../../contracts/regime-params.ts';

/** Which way a symbol went over one 4h bar: the close against the close before it. */
export type Move = '+' | '-' | '0';

/**
 * Breadth thrust in [−1, 1] of the moves of many symbols, each one text with a letter per 4h bar, oldest first: `2·EMA − 1` of the
 * advancers' share of those that moved, one half where none did (signals spec §6). Null without symbols.
 */
export function breadthThrust(moves: readonly string[], { bars, ema_bars }: RegimeParams['thrust']): number | null {
  if (moves.length === 0) return null;
  const shares = Array.from({ length: bars }, (_, bar) => advancingShare(moves, bar));
  // The weights of the mean need not sum to one in the last place.
  return Math.max(-1, Math.min(1, 2 * exponentialMean(shares, ema_bars) - 1));
}

/** Advancing ÷ (advancing + declining) in one bar; one half when nothing moved. */
export function advancingShare(moves: readonly string[], bar: number): number {
  let [advancing, declining] = [0, 0];
  for (const symbol of moves) {
    if (symbol[bar] === '+') advancing += 1;
    else if (symbol[bar] === '-') declining += 1;
  }
  const moved = advancing + declining;
  return moved === 0 ? 0.5 : advancing / moved;
}

/** Exponential mean with α = 2/(length + 1) that begins with the plain mean of the first `length` values. */
export function exponentialMean(values: readonly number[], length: number): number {
  const alpha = 2 / (length + 1);
  const start = values.slice(0, length).reduce((sum, value) => sum + value, 0) / length;
  return values.slice(length).reduce((mean, value) => alpha * value + (1 - alpha) * mean, start);
}
