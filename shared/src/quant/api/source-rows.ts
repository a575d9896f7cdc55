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

/** What is known of one cell so far. */
interface Cell {
  readonly counts: number[];
  oldestMs: number;
  seen: number;
}

/** The matrix metric × venue, in the dictionary's order and venues sorted. Every value is looked at once. */
export function sourceRows(tick: QuantTick): readonly SourceRow[] {
  const { frame, tickTs } = tick;
  const venues = [...new Set(tick.symbols.flatMap(({ seats }) => seats.map(({ venue }) => venue)))].sort();
  const seats = seatsOf(tick, venues);
  return INSTRUMENT_METRICS.flatMap((metric, at) => {
    const cells = venues.map((): Cell => ({ counts: QUALITIES.map(() => 0), oldestMs: -1, seen: 0 }));
    for (const { venueAt, isSpot, base } of seats) {
      if (metric.of === 'derivative' && isSpot) continue;
      const cell = cells[venueAt]!;
      const { quality, availableAt } = frame.provenance(base + at);
      cell.counts[quality]! += 1;
      cell.seen += 1;
      if (availableAt >= 0) cell.oldestMs = Math.max(cell.oldestMs, tickTs - availableAt);
    }
    return cells.flatMap((cell, venueAt) => (cell.seen === 0 ? [] : [rowOf(metric.id, venues[venueAt]!, cell)]));
  });
}

/** Every instrument: place of its venue, and where its values begin. */
function seatsOf({ symbols, layout }: QuantTick, venues: readonly string[]) {
  return symbols.flatMap(({ seats }, index) => {
    return seats.map(({ venue, isSpot }, place) => {
      return { venueAt: venues.indexOf(venue), isSpot, base: layout.instrumentBase[index]![place]! };
    });
  });
}

function rowOf(metric: string, venue: string, { counts, oldestMs }: Cell): SourceRow {
  const byQuality = Object.fromEntries(QUALITIES.map((quality, code) => [quality, counts[code]!]));
  return { metric, venue, counts: byQuality as SourceRow['counts'], oldest_age_ms: oldestMs < 0 ? null : oldestMs };
}
