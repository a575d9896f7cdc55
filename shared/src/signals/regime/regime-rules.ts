import type { Regime, RegimeParams, RegimeRow } from '../../contracts/regime-params.ts';

/** Names of rows in the table of regimes. */
export type RegimeRowName = keyof RegimeParams['regimes'];

/** Rules of a regime for everything that is scored or admitted under it. */
export interface RegimeRules extends RegimeRow {
  readonly name: RegimeRowName;
  /** Why the name that was asked for did not count; null for a known one. */
  readonly warning: string | null;
}

/** Names that are accepted on input (signals spec §6). */
const ALIASES: ReadonlyMap<string, Regime | 'risk_off'> = new Map([
  ...(['trending', 'bull', 'trending_bull'] as const).map((name) => [name, 'trending'] as const),
  ...(['choppy', 'chop', 'sideways'] as const).map((name) => [name, 'choppy'] as const),
  ...(['highvol', 'high_vol', 'volatile', 'high_volatility'] as const).map((name) => [name, 'highvol'] as const),
  ...(['risk_off', 'bear', 'crisis'] as const).map((name) => [name, 'risk_off'] as const),
  ['mixed', 'mixed'],
]);

/** Factor weights and entry limits under a regime by any accepted name; an unknown one has rules of its own and a warning. */
export function regimeRules(name: string, regimes: RegimeParams['regimes']): RegimeRules {
  const known = ALIASES.get(name);
  if (known !== undefined) return { name: known, ...regimes[known], warning: null };
  const warning = `there is no regime ${JSON.stringify(name)}; known names: ${[...ALIASES.keys()].join(', ')}`;
  return { name: 'unknown', ...regimes.unknown, warning };
}
