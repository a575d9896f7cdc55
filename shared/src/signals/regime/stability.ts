import type { Regime, RegimeParams } from '../../contracts/regime-params.ts';
import type { RegimeSnapshot } from '../../contracts/regime-snapshot.ts';
import { BOUNDARY_MS } from './boundary.ts';
import type { Verdict } from './votes.ts';

/** What a boundary said, and which regime was active from then. */
export interface Said {
  readonly boundaryMs: number;
  readonly raw: Regime;
  readonly confidence: number;
}

/** The regime in force before a boundary. */
export interface Incumbent {
  readonly regime: Regime;
  readonly sinceMs: number;
}

export interface ActiveRegime extends Incumbent {
  readonly method: RegimeSnapshot['method'];
  /** No change for eight hours. */
  readonly isStable: boolean;
}

/** Of equal sums the tighter label counts. */
const TIGHTEST_FIRST: readonly Regime[] = ['highvol', 'mixed', 'choppy', 'trending'];

const STABLE_AFTER_MS = 8 * 3_600_000;

/**
 * The active regime at a boundary (signals spec §6): what the last boundaries said, weighted by their confidence, moves it only with
 * a lead and not soon after a change; a confident highvol takes effect at once. `earlier` may hold any boundaries in any order:
 * those outside the window do not count.
 */
export function activeRegime(
  boundaryMs: number,
  verdict: Pick<Verdict, 'raw' | 'confidence'>,
  earlier: readonly Said[],
  incumbent: Incumbent | null,
  params: RegimeParams['stability'],
): ActiveRegime {
  const change = changeOf(boundaryMs, verdict, earlier, incumbent, params);
  const active = change.regime === incumbent?.regime ? incumbent : { regime: change.regime, sinceMs: boundaryMs };
  return { ...active, method: change.method, isStable: boundaryMs - active.sinceMs >= STABLE_AFTER_MS };
}

/** Earlier boundaries that count at this one, oldest first. */
export function countedBoundaries(boundaryMs: number, earlier: readonly Said[], boundaries: number): readonly Said[] {
  const fromMs = boundaryMs - (boundaries - 1) * BOUNDARY_MS;
  return earlier
    .filter((said) => said.boundaryMs >= fromMs && said.boundaryMs < boundaryMs)
    .toSorted((a, b) => a.boundaryMs - b.boundaryMs);
}

function changeOf(
  boundaryMs: number,
  { raw, confidence }: Pick<Verdict, 'raw' | 'confidence'>,
  earlier: readonly Said[],
  incumbent: Incumbent | null,
  params: RegimeParams['stability'],
): Pick<ActiveRegime, 'regime' | 'method'> {
  if (incumbent === null) return { regime: raw, method: 'first' };
  const held = { regime: incumbent.regime, method: 'held' } as const;
  const isFast = params.fast_highvol && raw === 'highvol' && confidence >= params.fast_highvol_share;
  if (isFast) return incumbent.regime === 'highvol' ? held : { regime: 'highvol', method: 'fast_highvol' };
  if (boundaryMs - incumbent.sinceMs < params.min_boundaries_between_changes * BOUNDARY_MS) return held;
  const said = [...countedBoundaries(boundaryMs, earlier, params.boundaries), { raw, confidence }];
  const sum = (label: Regime): number => sumOf(said, label);
  const leader = TIGHTEST_FIRST.reduce((best, label) => (sum(label) > sum(best) ? label : best), tightestOf(said, incumbent));
  const hasLead = leader !== incumbent.regime && sum(leader) * 100 >= params.lead_percent * sum(incumbent.regime);
  return hasLead ? { regime: leader, method: 'lead' } : held;
}

/** Where the search for a leader begins: the tightest label that anybody named, so that no other can win with nothing. */
function tightestOf(said: readonly Pick<Said, 'raw'>[], { regime }: Incumbent): Regime {
  return TIGHTEST_FIRST.find((label) => label === regime || said.some(({ raw }) => raw === label)) ?? regime;
}

/** In thousandths, so that equal sums are equal. */
function sumOf(said: readonly Pick<Said, 'raw' | 'confidence'>[], label: Regime): number {
  return said.filter(({ raw }) => raw === label).reduce((sum, { confidence }) => sum + Math.round(confidence * 1000), 0);
}
