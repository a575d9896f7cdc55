import { consistencyFaults } from './check-shape.ts';
import { AHEAD_MS } from './check-times.ts';
import type { QualityFinding } from './finding.ts';
import type { LiveRecord } from './live-record.ts';

export type Grade = 'excellent' | 'good' | 'acceptable' | 'poor' | 'unusable';

export interface RecordScore {
  /** 0 to 100. */
  readonly score: number;
  readonly grade: Grade;
}

const SHARES = { fresh: 0.3, complete: 0.3, consistent: 0.2, anomalyFree: 0.2 };

/** Lowest score of each grade, best first (data platform spec §6). */
const GRADES: readonly (readonly [Grade, number])[] = [
  ['excellent', 95],
  ['good', 85],
  ['acceptable', 70],
  ['poor', 50],
];

/** .3·fresh + .3·complete + .2·consistent + .2·anomaly-free, each 0 to 100; a flag halves the last one, a quarantine takes it. */
export function recordScore(record: LiveRecord, findings: readonly QualityFinding[]): RecordScore {
  const score =
    SHARES.fresh * freshness(record) +
    SHARES.complete * completeness(record) +
    SHARES.consistent * consistency(record) +
    SHARES.anomalyFree * anomalyFreedom(findings);
  return { score, grade: gradeOf(score) };
}

export function gradeOf(score: number): Grade {
  return GRADES.find(([, least]) => score >= least)?.[0] ?? 'unusable';
}

/** A time that lies ahead of us by more than clocks do says nothing of freshness. */
function freshness({ tsEventMs, tsRecvMs, staleAfterMs }: LiveRecord): number {
  const underWayMs = tsRecvMs - tsEventMs;
  if (-underWayMs > AHEAD_MS) return 0;
  return staleAfterMs === null ? 100 : Math.min(100, Math.max(0, 100 * (1 - underWayMs / staleAfterMs)));
}

function completeness({ numbers, needed }: LiveRecord): number {
  const present = needed.filter((field) => Number.isFinite(numbers[field]));
  return needed.length === 0 ? 100 : (100 * present.length) / needed.length;
}

function consistency(record: LiveRecord): number {
  const { isInverted, outside } = consistencyFaults(record);
  return 100 - (isInverted ? 25 : 0) - 15 * outside;
}

function anomalyFreedom(findings: readonly QualityFinding[]): number {
  const anomalies = findings.filter(({ check }) => check === 'anomaly_price' || check === 'anomaly_volume');
  if (anomalies.some(({ level }) => level === 'quarantine')) return 0;
  return anomalies.length > 0 ? 50 : 100;
}
