import * as gcp from '@pulumi/gcp';
import { SECRETS } from '../../shared/src/contracts/names.ts';
import { emailOf } from '../identities.ts';
import { type Place, replaceable } from '../place.ts';

/** A counter over log lines (operations spec §10). */
export interface LogMetricRow {
  /** With the prefix of all our metrics. */
  readonly name: string;
  readonly counts: string;
  readonly filter: string;
  /** Label → where its value is in a line. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What `request.*` lines say (functions/edge/serve-request.ts). */
const BY_DEPLOYABLE = { deployable: 'EXTRACT(labels.deployable)' };

/** Codes that mean: what is stored is not what was signed. */
const UNVERIFIED = ['AUDIT_MISMATCH', 'READBACK_MISMATCH', 'SIGNATURE_INVALID', 'STORE_CORRUPT'];

/** Every log-based metric of a project. */
export function logMetricRows(project: string): readonly LogMetricRow[] {
  return [
    {
      name: 'clp_request_total',
      counts: 'requests by deployable and how they ended',
      filter: 'jsonPayload.event=~"^request\\."',
      labels: { ...BY_DEPLOYABLE, outcome: 'EXTRACT(jsonPayload.outcome)' },
    },
    {
      name: 'clp_release_commit_total',
      counts: 'acts that publish or rollback committed',
      filter: 'jsonPayload.event="request.done" AND jsonPayload.act="COMMITTED"',
      labels: BY_DEPLOYABLE,
    },
    {
      name: 'clp_request_terminal_total',
      counts: 'requests that no repetition helps',
      filter: 'jsonPayload.event="request.terminal"',
      labels: { ...BY_DEPLOYABLE, code: 'EXTRACT(jsonPayload.code)' },
    },
    {
      name: 'clp_release_missing_total',
      counts: 'months that the watchdog found without a release',
      filter: 'jsonPayload.event="watchdog.release_missing"',
      labels: BY_DEPLOYABLE,
    },
    {
      name: 'clp_regime_written_total',
      counts: 'regimes of a 4h boundary that were written',
      filter: 'jsonPayload.event="regime.written"',
      labels: BY_DEPLOYABLE,
    },
    {
      name: 'clp_worker_failed_total',
      counts: 'verdicts of the worker that are failures, and workers that gave up',
      filter: 'jsonPayload.event="worker.gave_up" OR (jsonPayload.event="health.changed" AND jsonPayload.line=~"^FAIL")',
    },
    {
      name: 'clp_request_bug_total',
      counts: 'broken invariants',
      filter: 'jsonPayload.event="request.bug"',
      labels: { ...BY_DEPLOYABLE, code: 'EXTRACT(jsonPayload.code)' },
    },
    {
      name: 'clp_version_conflict_total',
      counts: 'other bytes under the name of a sealed version',
      filter: 'jsonPayload.code="VERSION_CONFLICT"',
      labels: BY_DEPLOYABLE,
    },
    {
      name: 'clp_release_verify_fail_total',
      counts: 'stored bytes that are not what was signed',
      filter: `jsonPayload.code=(${UNVERIFIED.map((code) => `"${code}"`).join(' OR ')})`,
      labels: BY_DEPLOYABLE,
    },
    {
      name: 'clp_caller_refused_total',
      counts: 'calls by somebody who may not',
      filter: 'jsonPayload.event=("request.forbidden" OR "request.unauthenticated") AND NOT labels.deployable="rollback"',
      labels: BY_DEPLOYABLE,
    },
    {
      name: 'clp_job_failed_total',
      counts: 'tries of scheduler jobs that failed',
      filter: 'resource.type="cloud_scheduler_job" AND severity>=ERROR',
      labels: { job: 'EXTRACT(resource.labels.job_id)' },
    },
    {
      name: 'clp_policy_change_total',
      counts: 'changes of who may do what, by anyone but CI',
      filter: `protoPayload.methodName=~"SetIamPolicy|CreateServiceAccountKey|UpdateRole" AND NOT protoPayload.authenticationInfo.principalEmail="${emailOf(project, 'deploy')}"`,
    },
    {
      name: 'clp_secret_read_total',
      counts: 'reads of exchange keys by anyone but the worker',
      filter: `protoPayload.methodName="google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion" AND protoPayload.resourceName=~"/secrets/${SECRETS.exchangeKeys}/" AND NOT protoPayload.authenticationInfo.principalEmail="${emailOf(project, 'worker')}"`,
    },
    {
      name: 'clp_signing_key_change_total',
      counts: 'versions of the signing key that were disabled or destroyed',
      filter:
        'protoPayload.serviceName="cloudkms.googleapis.com" AND protoPayload.methodName=~"UpdateCryptoKeyVersion|DestroyCryptoKeyVersion"',
    },
  ];
}

/** The metrics, so that alerts can wait for them. */
export function declareLogMetrics(place: Place): gcp.logging.Metric[] {
  const { project } = place.settings;
  return logMetricRows(project).map(({ name, counts, filter, labels = {} }) => {
    const metricDescriptor = {
      metricKind: 'DELTA',
      valueType: 'INT64',
      labels: Object.keys(labels).map((key) => ({ key, valueType: 'STRING' })),
    };
    const args = { project, name, description: counts, filter, metricDescriptor, labelExtractors: { ...labels } };
    return new gcp.logging.Metric(`metric-${name.replaceAll('_', '-')}`, args, replaceable(place));
  });
}
