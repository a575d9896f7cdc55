import type { RegimeParams } from '../../contracts/regime-params.ts';
import { medianOf } from './realized-vol.ts';
import type { SymbolReading } from './symbol-reading.ts';
import { breadthThrust } from './thrust.ts';

export const INDICATORS = ['realized_vol_7d', 'pct_above_20ma', 'breadth_thrust'] as const;

export type IndicatorName = (typeof INDICATORS)[number];

/** Fractions; null = too few valid symbols. */
export type Indicators = Readonly<Record<IndicatorName, number | null>>;

export interface MeasuredUniverse {
  readonly indicators: Indicators;
  /** Symbols that each indicator could use. */
  readonly validSymbols: Readonly<Record<IndicatorName, number>>;
}

/** The three indicators of a universe (signals spec §6); the order of its symbols decides nothing. */
export function measureUniverse(universe: readonly SymbolReading[], params: RegimeParams): MeasuredUniverse {
  const vols = present(universe.map(({ realizedVol }) => realizedVol));
  const above = present(universe.map(({ isAboveAverage }) => isAboveAverage));
  const moves = present(universe.map((reading) => reading.moves));
  const enough = (valid: readonly unknown[]): boolean => valid.length >= params.universe.min_valid;
  return {
    indicators: {
      realized_vol_7d: enough(vols) ? medianOf(vols) : null,
      pct_above_20ma: enough(above) ? above.filter(Boolean).length / above.length : null,
      breadth_thrust: enough(moves) ? breadthThrust(moves, params.thrust) : null,
    },
    validSymbols: { realized_vol_7d: vols.length, pct_above_20ma: above.length, breadth_thrust: moves.length },
  };
}

function present<T>(values: readonly (T | null)[]): readonly T[] {
  return values.filter((value) => value !== null);
}
