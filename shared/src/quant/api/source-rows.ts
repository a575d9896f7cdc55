import type { ValueQuality } from '../../contracts/market-events/event-envelope.ts';
import { INSTRUMENT_METRICS } from '../dictionary.ts';
import type { QuantTick } from '../engine.ts';
import { QUALITIES } from '../quality.ts';

/** One cell of the freshness matrix: how a venue does on a metric over all its instruments (quant spec §13). */
export interface SourceRow {
  readonly metric: string;
  readonly venue: string;
  /** Instruments by quality. */
  readonly counts: Readonly<Record<ValueQuality, number>>;
  /** Age of the oldest value that is not missing, ms; null when all are. */
  readonly oldest_age_ms: number | null;
}

/** The matrix metric × venue, in the dictionary's order and venues sorted. */
export function sourceRows({ symbols, layout, frame, tickTs }: QuantTick): readonly SourceRow[] {
  const venues = [...new Set(symbols.flatMap(({ seats }) => seats.map(({ venue }) => venue)))].sort();
  return INSTRUMENT_METRICS.flatMap((metric, at) => {
    return venues.flatMap((venue) => {
      const counts = Object.fromEntries(QUALITIES.map((quality) => [quality, 0])) as Record<ValueQuality, number>;
      let oldest = -1;
      let seen = 0;
      for (const [index, { seats }] of symbols.entries()) {
        for (const [place, seat] of seats.entries()) {
          if (seat.venue !== venue || (metric.of === 'derivative' && seat.isSpot)) continue;
          const from = frame.provenance(layout.instrumentBase[index]![place]! + at);
          counts[QUALITIES[from.quality]!] += 1;
          seen += 1;
          if (from.availableAt >= 0) oldest = Math.max(oldest, tickTs - from.availableAt);
        }
      }
      return seen === 0 ? [] : [{ metric: metric.id, venue, counts, oldest_age_ms: oldest < 0 ? null : oldest }];
    });
  });
}
