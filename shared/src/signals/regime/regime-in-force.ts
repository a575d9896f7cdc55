import type { Regime, RegimeParams } from '../../contracts/regime-params.ts';
import type { RegimeSnapshot, RegimeState } from '../../contracts/regime-snapshot.ts';
import { parseInstant } from '../../core/instant.ts';

/** The regime that counts at an instant, and the snapshot it comes from, or as much of one as is known. */
export interface RegimeInForce<T extends RegimeState = RegimeSnapshot> {
  readonly regime: Regime;
  readonly snapshot: T | null;
  /** Why the regime is not the snapshot's own; null when it is. */
  readonly fallback: 'no_snapshot' | 'stale' | null;
}

/**
 * The regime in force (signals spec §6, data-platform spec §5 rule 9): that of the newest snapshot known at `asOfMs`, or `mixed`
 * without one and from a quarter of an hour after it should have been replaced. `snapshots` in any order.
 */
export function regimeInForce<T extends RegimeState>(
  snapshots: readonly T[],
  asOfMs: number,
  { stale_after_valid_min: graceMin }: Pick<RegimeParams, 'stale_after_valid_min'>,
): RegimeInForce<T> {
  const known = snapshots.filter((snapshot) => instant(snapshot.available_at) <= asOfMs && instant(snapshot.boundary) <= asOfMs);
  const snapshot = known.toSorted((a, b) => instant(b.boundary) - instant(a.boundary))[0] ?? null;
  if (snapshot === null) return { regime: 'mixed', snapshot, fallback: 'no_snapshot' };
  const isStale = asOfMs > instant(snapshot.valid_until) + graceMin * 60_000;
  return isStale ? { regime: 'mixed', snapshot, fallback: 'stale' } : { regime: snapshot.regime, snapshot, fallback: null };
}

function instant(text: string): number {
  return parseInstant(text) ?? Number.NaN;
}
