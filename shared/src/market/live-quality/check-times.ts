import type { QualityFinding } from './finding.ts';
import type { LiveRecord } from './live-record.ts';

/** A venue's clock may be so much ahead of ours (data platform spec §6). */
export const AHEAD_MS = 2_000;

/** Staleness and clock of a record; `driftMs` is how far ours is ahead of its source's while that has drifted, else null. */
export function timeFindings(record: LiveRecord, driftMs: number | null): readonly QualityFinding[] {
  const { tsEventMs, tsRecvMs, staleAfterMs } = record;
  const underWayMs = tsRecvMs - tsEventMs;
  const found: QualityFinding[] = [];
  if (staleAfterMs !== null && underWayMs > staleAfterMs) {
    found.push({ check: 'stale', level: 'fail', field: 'ts_event', observed: underWayMs });
  }
  if (-underWayMs > AHEAD_MS) found.push({ check: 'ts_future', level: 'critical', field: 'ts_event', observed: -underWayMs });
  if (driftMs !== null) {
    found.push({ check: 'clock_drift', level: 'critical', field: 'ts_event', observed: driftMs });
  }
  return found;
}
