import type { InstrumentState } from './instrument-state.ts';

/** Figures of hourly bars, recomputed only when a bar came. */
export interface BarFigures {
  version: number;
  epoch: number;
  parkinson: number;
  vadr: number;
  quoteVolume: number;
}

/** Figures of settled funding, recomputed only when a settlement came or time moved them. */
export interface FundingFigures {
  version: number;
  epoch: number;
  trendAt: number;
  settled: readonly number[];
  slope: number;
  t: number;
}

/** One instrument of a symbol: what the engine remembers about it, and figures derived from that. */
export interface InstrumentSeat {
  readonly state: InstrumentState;
  readonly bars: BarFigures;
  readonly funding: FundingFigures;
  /** Spot of the same venue and base, same quote first, for the basis; null when there is none. */
  readonly spot: InstrumentState | null;
}

/** Seats of all instruments of one symbol. */
export function seatsOf(states: readonly InstrumentState[]): readonly InstrumentSeat[] {
  return states.map((state) => {
    const spots = states.filter((other) => other.isSpot && other.venue === state.venue);
    const spot = state.isSpot ? undefined : (spots.find((other) => other.quote === state.quote) ?? spots[0]);
    return {
      state,
      bars: { version: -1, epoch: -1, parkinson: Number.NaN, vadr: Number.NaN, quoteVolume: Number.NaN },
      funding: { version: -1, epoch: -1, trendAt: -1, settled: [], slope: Number.NaN, t: Number.NaN },
      spot: spot ?? null,
    };
  });
}
