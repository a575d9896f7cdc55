import type { Scene } from '../scene.ts';
import { type FutureReturnRule, futureReturn } from './future-return.ts';

/** Future return of observation i of episode e over a horizon, as it is known on as_of; NaN = unknown. */
export function sceneReturns({ input, asOf, observations, metadata }: Scene): (e: number, i: number, horizon: number) => number {
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
