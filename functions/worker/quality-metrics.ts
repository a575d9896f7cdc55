import type { QualityCounters } from '#shared/market/live-quality/quality-counters.ts';
import type { SupervisedFacts } from '#shared/supervision/supervisor.ts';
import type { EventCounters } from './event-counters.ts';
import type { Write } from './metrics.ts';

export interface QualitySources {
  readonly counters: QualityCounters;
  /** Time of the newest row that is staged, by venue. */
  readonly stagedMs: ReadonlyMap<string, number>;
  /** Region of this process. */
  readonly region: string;
}

type Row = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Rows wait so long for their segment while all is well (data platform spec §7). */
const STAGING_STEP_MS = 300_000;

/** What the validation found, and how far the tiers are behind the market (data platform spec §9). */
export function writeQuality(
  write: Write,
  { counters, stagedMs, region }: QualitySources,
  events: EventCounters,
  components: readonly SupervisedFacts[],
  nowMs: number,
): void {
  const checks = (counts: ReadonlyMap<string, number>): readonly Row[] => [...counts].map(([check, count]) => [{ check }, count]);
  write(
    'counter',
    'data_consistency_errors_total',
    'Envelopes that contradicted themselves, and records that failed their validation, by check',
    [...violations(components), ...checks(counters.errors)],
  );
  write('counter', 'data_quality_warnings_total', 'What was told of records that passed, by check', checks(counters.warnings));
  write(
    'counter',
    'anomaly_quarantine_total',
    'Records that an outlier kept out of their table, by table and field, and pairs that were quarantined',
    [...counters.quarantined].map(([kind, count]): Row => [{ kind }, count]),
  );
  const lag = (tier: string, source: string, ms: number): Row => [{ region, source, tier }, Math.max(0, ms) / 1000];
  write(
    'gauge',
    'replication_lag_seconds',
    'Age of the newest event when it came, and of the newest staged row beyond its step',
    [
      ...[...events.arrivalAgeMs].map(([venue, ms]) => lag('hot', venue, ms)),
      ...[...stagedMs].map(([venue, ms]) => lag('cold', venue, nowMs - ms - STAGING_STEP_MS)),
    ],
  );
}

/** What the cold writer received and could not believe. */
function violations(components: readonly SupervisedFacts[]): readonly Row[] {
  const measured = Object.entries(components.find(({ name }) => name === 'cold_writer')?.facts?.measured ?? {});
  return measured.flatMap(([name, value]): Row[] => {
    const [, check] = /^violations_(\w+)_total$/.exec(name) ?? [];
    return check === undefined || value === null ? [] : [[{ check }, value]];
  });
}
