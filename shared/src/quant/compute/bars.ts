import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FRESHNESS } from '../freshness.ts';
import { venueHealth } from '../metrics/venue-health.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import { FLAGS } from '../tick-frame.ts';
import { stampSamples } from './stamp-samples.ts';
import type { TickPass } from './tick-pass.ts';

/** Figures of hourly bars of every instrument. */
export function computeBars({ frame, universe: { instruments }, memory }: TickPass): void {
  const { cells, sources } = instruments;
  const { bars } = memory.instruments;
  const barsSource = sources[SOURCE.bars]!;
  const parkinson24hCell = cells[P.parkinson_24h]!;
  const vadrCell = cells[P.vadr]!;
  const quoteVolume24hCell = cells[P.quote_volume_24h]!;
  for (let row = 0; row < instruments.count; row++) {
    const vadr = bars.vadr(row);
    const source = barsSource + row;
    frame.stampTime(source, bars.newestMs(row), FRESHNESS.parkinson_24h);
    const quality = frame.sourceQuality(source);
    frame.put(parkinson24hCell + row, bars.parkinson24h(row), quality);
    frame.put(vadrCell + row, vadr, quality, Number.isNaN(vadr) ? FLAGS.frozen : 0);
    frame.put(quoteVolume24hCell + row, bars.quoteVolume24h(row), quality);
  }
}

/** Counts of the row at work. */
const COUNTS = { samples: 0, rejects: 0, errors: 0, latency_p99_ms: 0, heartbeat_gap_ms: 0 };

/** Health of the venue of every instrument. */
export function computeHealth({ frame, universe: { instruments }, memory, params }: TickPass): void {
  const { cells, sources } = instruments;
  const { health } = memory.instruments;
  stampSamples(frame, instruments, SOURCE.health, health, FRESHNESS.venue_health);
  const healthSource = sources[SOURCE.health]!;
  const venueHealthCell = cells[P.venue_health]!;
  for (let row = 0; row < instruments.count; row++) {
    COUNTS.samples = health.value(row, 0);
    COUNTS.rejects = health.value(row, 1);
    COUNTS.errors = health.value(row, 2);
    COUNTS.latency_p99_ms = health.value(row, 3);
    COUNTS.heartbeat_gap_ms = health.value(row, 4);
    const quality = frame.sourceQuality(healthSource + row);
    frame.put(venueHealthCell + row, venueHealth(COUNTS, params.venue_health), quality);
  }
}
