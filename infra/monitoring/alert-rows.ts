import { DEAD_LETTER_READER } from '../topics.ts';

/** An alert (operations spec §10). */
export interface AlertRow {
  /** Id of the specification's table, with a letter where one of its rows is several here. */
  readonly id: string;
  readonly title: string;
  /** A page wakes somebody, a ticket waits for the morning. */
  readonly level: 'page' | 'ticket';
  /** Heading of `docs/operations/runbooks.md`. */
  readonly runbook: string;
  readonly when: LineCondition | ThresholdCondition | AbsenceCondition;
}

/** Fires at any log line that a metric counts: whatever resource wrote it, and at the first one. */
export interface LineCondition {
  readonly countedBy: string;
}

/** Fires while a metric is above or below a value. */
export interface ThresholdCondition {
  readonly filter: string;
  readonly comparison: 'COMPARISON_GT' | 'COMPARISON_LT';
  readonly value: number;
  /** For at least so long, in seconds. */
  readonly forS: number;
  /** Points of so many seconds are looked at together. */
  readonly alignS: number;
  readonly aligner: 'ALIGN_DELTA' | 'ALIGN_MAX' | 'ALIGN_FRACTION_TRUE';
}

/** Fires when a metric has said nothing for so long, in seconds; at most 23.5 h. */
export interface AbsenceCondition {
  readonly filter: string;
  readonly absentForS: number;
}

const R01 = 'R-01 Version conflict';
const R02 = 'R-02 Torn or unverified release';
const R03 = 'R-03 Missing run';
const R05 = 'R-05 The worker is down or degraded';
const R09 = 'R-09 Key compromise';
const R10 = 'R-10 Functions that fail or do not answer';

/** Tries of a job that fail within its hour: the first and all of its repetitions. */
const ALL_TRIES = 4;

/** A regime is written every 4 h; 15 min later it is too old (operations spec §2). */
const REGIME_AGE_S = 15_300;

/** What the worker stages is acknowledged within five minutes; so late it is behind, or nobody reads. */
const MARKET_DATA_LATE_S = 1_800;

/** Every alert of what is deployed. */
export const ALERTS: readonly AlertRow[] = [
  onLine('A01', 'Version conflict', 'page', R01, 'clp_version_conflict_total'),
  onLine('A02', 'Stored bytes are not what was signed', 'page', R02, 'clp_release_verify_fail_total'),
  onLine('A04a', 'A run ended without a release', 'page', R03, 'clp_request_terminal_total'),
  {
    id: 'A04b',
    title: 'A scheduler job keeps failing',
    level: 'page',
    runbook: R03,
    when: {
      filter: 'metric.type="logging.googleapis.com/user/clp_job_failed_total" AND resource.type="cloud_scheduler_job"',
      comparison: 'COMPARISON_GT',
      value: ALL_TRIES - 1,
      forS: 0,
      alignS: 3_600,
      aligner: 'ALIGN_DELTA',
    },
  },
  onLine('A04c', 'The month has no release', 'page', R03, 'clp_release_missing_total'),
  onLine('A09', 'The worker fails', 'page', R05, 'clp_worker_failed_total'),
  {
    id: 'A13a',
    title: 'The regime is too old',
    level: 'ticket',
    runbook: R03,
    when: {
      filter: 'metric.type="logging.googleapis.com/user/clp_regime_written_total" AND resource.type="cloud_run_revision"',
      absentForS: REGIME_AGE_S,
    },
  },
  {
    id: 'A13b',
    title: 'Market data waits for the cold writer',
    level: 'ticket',
    runbook: R05,
    when: {
      filter: [
        'metric.type="pubsub.googleapis.com/subscription/oldest_unacked_message_age"',
        'resource.type="pubsub_subscription"',
        'resource.label.subscription_id=monitoring.regex.full_match("md-.*-to-worker")',
      ].join(' AND '),
      comparison: 'COMPARISON_GT',
      value: MARKET_DATA_LATE_S,
      forS: 600,
      alignS: 300,
      aligner: 'ALIGN_MAX',
    },
  },
  onLine('A15a', 'Rights were changed by hand', 'page', R09, 'clp_policy_change_total'),
  onLine('A15b', 'Exchange keys were read by somebody else', 'page', R09, 'clp_secret_read_total'),
  onLine('A15c', 'The signing key was changed', 'page', R09, 'clp_signing_key_change_total'),
  onLine('A15d', 'A function was called by somebody who may not', 'ticket', R09, 'clp_caller_refused_total'),
  {
    id: 'A16',
    title: 'Dead letters wait',
    level: 'ticket',
    runbook: R03,
    when: {
      filter: [
        'metric.type="pubsub.googleapis.com/subscription/num_undelivered_messages"',
        'resource.type="pubsub_subscription"',
        `resource.label.subscription_id=monitoring.regex.full_match(".*-dlq-to-${DEAD_LETTER_READER}")`,
      ].join(' AND '),
      comparison: 'COMPARISON_GT',
      value: 0,
      forS: 300,
      alignS: 300,
      aligner: 'ALIGN_MAX',
    },
  },
  onLine('A17a', 'An invariant is broken', 'page', R10, 'clp_request_bug_total'),
  {
    id: 'A17b',
    title: 'The brake does not answer',
    level: 'page',
    runbook: R10,
    when: {
      filter: 'metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="cloud_run_revision"',
      comparison: 'COMPARISON_LT',
      value: 0.5,
      forS: 1_800,
      // Longer than the time between two checks.
      alignS: 1_800,
      aligner: 'ALIGN_FRACTION_TRUE',
    },
  },
];

function onLine(id: string, title: string, level: AlertRow['level'], runbook: string, countedBy: string): AlertRow {
  return { id, title, level, runbook, when: { countedBy } };
}
