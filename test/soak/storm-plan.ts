import { seededRandom } from '#shared/core/seeded-random.ts';
import {
  isOrderFault,
  LIVE_FAULT_KINDS,
  type LiveFault,
  type LiveFaultKind,
  type TimedFault,
} from '#shared/simulator/faults/live-fault.ts';
import { LIVE_SURFACES, type LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import { stormKinds } from '#shared/simulator/scenarios.ts';

const MINUTE_MS = 60_000;
/** A run that is long enough has each of these so often. */
const EVERY_MS = 8 * MINUTE_MS;

/** How long those that last go on, so that the market is itself again between two of them. */
const LASTS: Readonly<Partial<Record<LiveFaultKind, number>>> = {
  halt: 40_000,
  depeg: 2 * MINUTE_MS,
  funding_spike: 4 * MINUTE_MS,
};

/** Kinds that only make sense on one surface. */
const ONLY: Readonly<Partial<Record<LiveFaultKind, readonly LiveSurface[]>>> = {
  depeg: ['kraken_spot'],
  liquidation_cascade: ['gate_futures'],
  funding_spike: ['kraken_futures', 'gate_futures'],
  // Streams without checksums have none to get wrong, and their digits do not change.
  bad_checksum: [],
  precision_change: [],
};

/**
 * Every fault that the scenario `storm` leaves out on a surface, again and again at drawn times: the market's own, and changed digits
 * where only a comparison with REST can show them. `delist` comes once, to the given symbols.
 */
export function stormPlan(
  seed: string,
  durationMs: number,
  delisted: Readonly<Partial<Record<LiveSurface, string>>>,
): readonly TimedFault[] {
  const random = seededRandom(`${seed}/soak/plan`);
  const plan: TimedFault[] = [];
  for (const surface of LIVE_SURFACES) {
    const isBeside = (kind: LiveFaultKind) => kind !== 'delist' && !isOrderFault(kind) && !stormKinds(surface).includes(kind);
    const wanted = LIVE_FAULT_KINDS.filter(isBeside);
    for (const kind of wanted.filter((each) => ONLY[each]?.includes(surface) ?? true)) {
      // Each cascade takes the market down for good: a few, however long the run.
      const everyMs = kind === 'liquidation_cascade' ? Math.max(EVERY_MS, durationMs / 5) : EVERY_MS;
      for (let atMs = random.next() * everyMs; atMs < durationMs; atMs += everyMs * (0.75 + 0.5 * random.next())) {
        const isEven = plan.filter(({ fault: known }) => known.kind === kind && known.surface === surface).length % 2 === 0;
        plan.push({ atMs: Math.floor(atMs), fault: fault(kind, surface, isEven) });
      }
    }
    const symbol = delisted[surface];
    if (symbol !== undefined) plan.push({ atMs: Math.floor(durationMs * 0.6), fault: { kind: 'delist', surface, symbol } });
  }
  return plan.toSorted((a, b) => a.atMs - b.atMs);
}

/** A clock that jumps ahead and later back: it is right half of the time. */
const JUMP_MS = 4_000;

function fault(kind: LiveFaultKind, surface: LiveSurface, isEven: boolean): LiveFault {
  if (kind === 'clock_jump') return { kind, surface, skewMs: isEven ? JUMP_MS : -JUMP_MS };
  const durationMs = LASTS[kind] ?? (kind === 'corrupt_digit' ? 20_000 : undefined);
  return { kind, surface, ...(durationMs === undefined ? {} : { durationMs }) };
}
