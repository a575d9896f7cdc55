import { freshnessOf, INSTRUMENT_METRICS, INSTRUMENT_PLACE, type InstrumentMetric } from './dictionary.ts';
import type { Freshness } from './quality.ts';

/** How long a value of each metric of an instrument is live and carried. */
export const FRESHNESS = Object.fromEntries(
  Object.entries(INSTRUMENT_PLACE).map(([id, place]) => [id, freshnessOf(INSTRUMENT_METRICS[place]!)]),
) as Readonly<Record<InstrumentMetric, Freshness>>;
