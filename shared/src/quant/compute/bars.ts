import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FRESHNESS } from '../freshness.ts';
import { venueHealth } from '../metrics/venue-health.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import { FLAGS } from '../tick-frame.ts';
import { stampSamples } from './stamp-samples.ts';
import type { TickPass } from './tick-pass.ts';

/** Figures of hourly bars of every instrument. */
export function computeBars({ frame, universe: { instruments }, memory }: TickPass): void {
  const { bars } = memory.instruments;
  for (let row = 0; row < instruments.count; row++) {
    const slot = instruments.slots[row]!;
    const vadr = bars.vadr(row);
    const source = instruments.sources[row]! + SOURCE.bars;
    frame.stampTime(source, bars.newestMs(row), FRESHNESS.parkinson_24h);
    const quality = frame.sourceQuality(source);
    frame.put(slot + P.parkinson_24h, bars.parkinson24h(row), quality);
    frame.put(slot + P.vadr, vadr, quality, Number.isNaN(vadr) ? FLAGS.frozen : 0);
    frame.put(slot + P.quote_volume_24h, bars.quoteVolume24h(row), quality);
  }
}

/** Counts of the row at work. */
const COUNTS = { samples: 0, rejects: 0, errors: 0, latency_p99_ms: 0, heartbeat_gap_ms: 0 };

/** Health of the venue of every instrument. */
export function computeHealth({ frame, universe: { instruments }, memory, params }: TickPass): void {
  const { health } = memory.instruments;
  stampSamples(frame, instruments, SOURCE.health, health, FRESHNESS.venue_health);
  for (let row = 0; row < instruments.count; row++) {
    COUNTS.samples = health.value(row, 0);
    COUNTS.rejects = health.value(row, 1);
    COUNTS.errors = health.value(row, 2);
    COUNTS.latency_p99_ms = health.value(row, 3);
    COUNTS.heartbeat_gap_ms = health.value(row, 4);
    const quality = frame.sourceQuality(instruments.sources[row]! + SOURCE.health);
    frame.put(instruments.slots[row]! + P.venue_health, venueHealth(COUNTS, params.venue_health), quality);
  }
}
