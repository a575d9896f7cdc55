import type { StreamStatus } from '#shared/adapters/venues/stream-status.ts';
import type { FaultRecord } from '#shared/simulator/faults/live-fault.ts';
import { LIVE_SURFACES, type LiveSurface } from '#shared/simulator/live/live-instrument.ts';

/**
 * How a book spends its time. `refused`: no socket, and the venue takes none. `waiting`: no socket while the venue would take one,
 * until the back-off is over. `silent`: nothing came on the socket for too long, and it is not yet given up. `syncing`: a socket is
 * being opened, or a snapshot is under way.
 */
export const LIFE_STATES = ['live', 'refused', 'waiting', 'silent', 'syncing'] as const;

export type LifeState = (typeof LIFE_STATES)[number];

export type LifeShares = Readonly<Partial<Record<LiveSurface, Readonly<Record<LifeState, number>>>>>;

/** Looks at books, counted by what they were doing. */
export class SurfaceLife {
  readonly #looks = new Map<LiveSurface, Record<LifeState, number>>();
  readonly #refusing = new Map<LiveSurface, number>();

  /** Share of the looks, by surface. */
  get shares(): LifeShares {
    const shares = LIVE_SURFACES.flatMap((surface) => {
      const looks = this.#looks.get(surface);
      if (looks === undefined) return [];
      const all = LIFE_STATES.reduce((sum, state) => sum + looks[state], 0);
      return [[surface, Object.fromEntries(LIFE_STATES.map((state) => [state, looks[state] / all]))] as const];
    });
    return Object.fromEntries(shares) as LifeShares;
  }

  /** The venue begins or ends to refuse connections. */
  happened({ kind, phase, surface }: FaultRecord): void {
    if (kind !== 'ws_refuse' && kind !== 'maintenance') return;
    const change = phase === 'begin' ? 1 : phase === 'end' ? -1 : 0;
    this.#refusing.set(surface, (this.#refusing.get(surface) ?? 0) + change);
  }

  look(surface: LiveSurface, { phase, isStale, books }: StreamStatus): void {
    const looks = this.#looks.get(surface) ?? { live: 0, refused: 0, waiting: 0, silent: 0, syncing: 0 };
    this.#looks.set(surface, looks);
    const isRefusing = (this.#refusing.get(surface) ?? 0) > 0;
    for (const { state } of books) {
      if (state === 'live') looks.live += 1;
      else if (phase === 'backoff' || phase === 'stopped') looks[isRefusing ? 'refused' : 'waiting'] += 1;
      else looks[isStale ? 'silent' : 'syncing'] += 1;
    }
  }
}
