import type { VenueHealthEvent } from '../../contracts/market-events/market-event.ts';
import type { QuantParams } from '../../contracts/quant-params.ts';

/** Counts of one venue's window, as its event holds them. */
export type VenueCounts = Pick<VenueHealthEvent, 'samples' | 'rejects' | 'errors' | 'latency_p99_ms' | 'heartbeat_gap_ms'>;

/** 1 healthy, 0 unhealthy, null with too few samples (market data spec §8.2). Nothing measured about latency or beats is no fault. */
export function venueHealth(counts: VenueCounts, limits: QuantParams['venue_health']): number {
  if (counts.samples < limits.min_samples) return Number.NaN;
  const healthy =
    counts.rejects / counts.samples <= limits.max_reject_share &&
    counts.errors / counts.samples <= limits.max_error_share &&
    (counts.latency_p99_ms ?? 0) <= limits.max_latency_p99_ms &&
    (counts.heartbeat_gap_ms ?? 0) <= limits.max_heartbeat_gap_ms;
  return healthy ? 1 : 0;
}
