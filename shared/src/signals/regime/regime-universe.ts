import type { RegimeParams } from '../../contracts/regime-params.ts';
import type { SymbolReading } from './symbol-reading.ts';

/** The regime universe: the best symbols by average daily quote volume, the largest first; equal ones by name (signals spec §6). */
export function regimeUniverse(
  readings: readonly SymbolReading[],
  { size }: Pick<RegimeParams['universe'], 'size'>,
): readonly SymbolReading[] {
  return rankByVolume(readings, ({ averageDailyVolume }) => averageDailyVolume).slice(0, size);
}

/** Items that have a volume, the largest first, equal ones by symbol: one without a volume has no place, not the last. */
export function rankByVolume<T extends { readonly symbol: string }>(
  items: readonly T[],
  volumeOf: (item: T) => number | null,
): readonly T[] {
  return items
    .flatMap((item) => {
      const volume = volumeOf(item);
      return volume === null ? [] : [{ item, volume }];
    })
    .toSorted((a, b) => b.volume - a.volume || (a.item.symbol < b.item.symbol ? -1 : 1))
    .map(({ item }) => item);
}
