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
  readonly filter: string;
  /** Fires above this. */
  readonly above: number;
  /** For at least so long, in seconds. */
  readonly forS: number;
  readonly aligner: 'ALIGN_DELTA' | 'ALIGN_MAX' | 'ALIGN_FRACTION_TRUE';
  readonly reducer?: 'REDUCE_SUM' | 'REDUCE_MAX';
  /** Fires below instead of above. */
  readonly below?: true;
}

const R01 = 'R-01 Version conflict';
const R02 = 'R-02 Torn or unverified release';
const R03 = 'R-03 Missing run';
const R09 = 'R-09 Key compromise';
const R10 = 'R-10 Functions that fail or do not answer';

/** Every alert of what is deployed. */
export const ALERTS: readonly AlertRow[] = [
  anyOf('A01', 'Version conflict', 'page', R01, 'clp_version_conflict_total'),
  anyOf('A02', 'Stored bytes are not what was signed', 'page', R02, 'clp_release_verify_fail_total'),
  anyOf('A04a', 'A run ended without a release', 'page', R03, 'clp_request_terminal_total'),
  { ...anyOf('A04b', 'A scheduler job keeps failing', 'page', R03, 'clp_job_failed_total', 'cloud_scheduler_job'), above: 3 },
  anyOf('A15a', 'Rights were changed by hand', 'page', R09, 'clp_policy_change_total', 'global'),
  anyOf('A15b', 'Exchange keys were read by somebody else', 'page', R09, 'clp_secret_read_total', 'audited_resource'),
  anyOf('A15c', 'The signing key was changed', 'page', R09, 'clp_signing_key_change_total', 'cloudkms_cryptokeyversion'),
  anyOf('A15d', 'A function was called by somebody who may not', 'ticket', R09, 'clp_caller_refused_total'),
  {
    id: 'A16',
    title: 'Dead letters wait',
    level: 'ticket',
    runbook: R03,
    filter: [
      'metric.type="pubsub.googleapis.com/subscription/num_undelivered_messages"',
      'resource.type="pubsub_subscription"',
      `resource.label.subscription_id=monitoring.regex.full_match(".*-dlq-to-${DEAD_LETTER_READER}")`,
    ].join(' AND '),
    above: 0,
    forS: 300,
    aligner: 'ALIGN_MAX',
  },
  anyOf('A17a', 'An invariant is broken', 'page', R10, 'clp_request_bug_total'),
  {
    id: 'A17b',
    title: 'The brake does not answer',
    level: 'page',
    runbook: R10,
    filter: 'metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="cloud_run_revision"',
    above: 0.5,
    below: true,
    forS: 1_800,
    aligner: 'ALIGN_FRACTION_TRUE',
  },
];

/** Fires at the first line that a log-based metric counts. */
function anyOf(
  id: string,
  title: string,
  level: AlertRow['level'],
  runbook: string,
  metric: string,
  resource = 'cloud_run_revision',
): AlertRow {
  const filter = `metric.type="logging.googleapis.com/user/${metric}" AND resource.type="${resource}"`;
  return { id, title, level, runbook, filter, above: 0, forS: 0, aligner: 'ALIGN_DELTA', reducer: 'REDUCE_SUM' };
}
