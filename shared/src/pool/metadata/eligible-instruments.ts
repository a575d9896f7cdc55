import type { PoolParams } from '../../contracts/pool-params.ts';
import type { CalendarDay } from '../../core/calendar-day.ts';
import type { Instrument } from '../../market/instrument.ts';
import { metadataFilter } from './metadata-filter.ts';

/** The benchmark, and every instrument of a day's list that the metadata lets in on that day (pool spec §6). */
export function eligibleInstruments(
  instruments: readonly Instrument[],
  params: PoolParams,
  day: CalendarDay,
): readonly Instrument[] {
  const filter = metadataFilter([{ knownFrom: day, instruments }], params, day);
  const isIn = (symbol: string): boolean => symbol === params.benchmark_symbol || filter.reasons(symbol, day, true).length === 0;
  return instruments.filter(({ symbol }) => isIn(symbol));
}
