import type { RegimeParams } from '../../contracts/regime-params.ts';
import type { HourSource } from '../../ports/hour-source.ts';
import type { ListedInstrument } from '../../ports/instrument-source.ts';
import { rankByVolume } from './regime-universe.ts';

/**
 * Symbols whose hours are worth reading, the most traded first: the average daily volume of a symbol is known only once its hours
 * are, and a venue lists thousands. Where it lists no more than the shortlist holds, all of them, by name.
 */
export async function shortlist(
  hours: HourSource,
  eligible: readonly Pick<ListedInstrument, 'symbol'>[],
  { shortlist: most }: Pick<RegimeParams['universe'], 'shortlist'>,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const symbols = eligible.map(({ symbol }) => symbol).toSorted();
  if (symbols.length <= most) return symbols;
  const volumes = await hours.fetchDayVolumes(signal);
  return rankByVolume(eligible, ({ symbol }) => volumes.get(symbol) ?? null)
    .slice(0, most)
    .map(({ symbol }) => symbol);
}
