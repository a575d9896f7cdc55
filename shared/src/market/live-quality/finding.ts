/** What is looked at, in the order of data platform spec §6; the label of metrics, and a reason in rows and messages. */
export type QualityCheck =
  | 'not_finite'
  | 'symbol_form'
  | 'venue_not_allowed'
  | 'field_missing'
  | 'value_invalid'
  | 'ohlc_inconsistent'
  | 'source_suspect'
  | 'stale'
  | 'ts_future'
  | 'clock_drift'
  | 'anomaly_price'
  | 'anomaly_volume'
  | 'volume_spike'
  | 'price_gap'
  | 'flatline'
  | 'wide_spread'
  | 'cross_venue'
  | 'score'
  | 'pair_quarantined';

/**
 * `critical` and `quarantine` keep the record out of its table, and fail it; `fail` fails it and keeps it, since it is true and only
 * late or alone with what it says; `flag` and `warning` are told and fail nothing.
 */
export type QualityLevel = 'critical' | 'quarantine' | 'fail' | 'flag' | 'warning';

/** One thing that is not as it should be. */
export interface QualityFinding {
  readonly check: QualityCheck;
  readonly level: QualityLevel;
  /** Field at fault, null when it is the whole record. */
  readonly field: string | null;
  /** What was measured, for people. */
  readonly observed: string | number;
}

export type Verdict = 'pass' | 'flag' | 'fail';

/** Whose record it is: `source` is the `venue` column of tables, venue with product where it has several. */
export interface QualityPair {
  readonly source: string;
  readonly symbol: string;
}

export function isRejecting({ level }: QualityFinding): boolean {
  return level === 'critical' || level === 'quarantine';
}

export function isFailing(finding: QualityFinding): boolean {
  return finding.level === 'fail' || isRejecting(finding);
}

/** Warnings are told and change no verdict. */
export function verdictOf(findings: readonly QualityFinding[]): Verdict {
  if (findings.some(isFailing)) return 'fail';
  return findings.some(({ level }) => level === 'flag') ? 'flag' : 'pass';
}
