import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as gcp from '@pulumi/gcp';
import { type Place, protectedData, replaceable } from '../place.ts';
import { declareAlerts } from './alerts.ts';
import { declareLogMetrics } from './log-metrics.ts';

/** Dashboards of the folder `dashboards/`, one for each audience. */
export const DASHBOARDS = ['release', 'platform'] as const;

/** The function that is asked whether it is alive: the brake, which nobody calls on ordinary days. */
const PROBED_FUNCTION = 'rollback';
const PROBE_PERIOD_S = 900;

const AUDIT_LOG_DAYS = 400;

/** Services whose reads and writes of data are logged: who read a key, who signed, who touched a release. */
const AUDITED_SERVICES = ['secretmanager', 'cloudkms', 'storage'] as const;

/** Metrics, alerts, dashboards, the uptime check, and logs that are kept. Returns where alerts go. */
export function declareMonitoring(place: Place): gcp.monitoring.NotificationChannel {
  const { project, notifyEmail } = place.settings;
  const options = replaceable(place);
  const channel = new gcp.monitoring.NotificationChannel(
    'channel-operators',
    { project, type: 'email', displayName: 'livepool operators', labels: { email_address: notifyEmail } },
    options,
  );
  const metrics = declareLogMetrics(place);
  declareAlerts(place, channel, [...metrics, declareUptimeCheck(place)]);
  for (const name of DASHBOARDS) {
    const dashboardJson = readFileSync(resolve(import.meta.dirname, 'dashboards', `${name}.json`), 'utf8');
    new gcp.monitoring.Dashboard(`dashboard-${name}`, { project, dashboardJson }, options);
  }
  declareLogs(place);
  return channel;
}

/** Healthy is the function's own refusal: the checker is let through to the door and not further. */
function declareUptimeCheck(place: Place): gcp.monitoring.UptimeCheckConfig {
  const { project, region } = place.settings;
  return new gcp.monitoring.UptimeCheckConfig(
    `uptime-${PROBED_FUNCTION}`,
    {
      project,
      displayName: `${PROBED_FUNCTION} answers`,
      period: `${PROBE_PERIOD_S}s`,
      timeout: '30s',
      monitoredResource: {
        type: 'cloud_run_revision',
        labels: {
          project_id: project,
          location: region,
          service_name: PROBED_FUNCTION,
          configuration_name: '',
          revision_name: '',
        },
      },
      httpCheck: {
        path: '/',
        port: 443,
        useSsl: true,
        validateSsl: true,
        serviceAgentAuthentication: { type: 'OIDC_TOKEN' },
        acceptedResponseStatusCodes: [{ statusValue: 401 }, { statusValue: 403 }],
      },
      contentMatchers: [{ content: '"code"', matcher: 'CONTAINS_STRING' }],
    },
    replaceable(place),
  );
}

/** Logs of the program for a month; who did what for 400 days, in a place of its own. */
function declareLogs(place: Place): void {
  const { project, logRetentionDays } = place.settings;
  const options = replaceable(place);
  new gcp.logging.ProjectBucketConfig(
    'logs-default',
    { project, location: 'global', bucketId: '_Default', retentionDays: logRetentionDays },
    options,
  );
  const audit = new gcp.logging.ProjectBucketConfig(
    'logs-audit',
    { project, location: 'global', bucketId: 'audit', retentionDays: AUDIT_LOG_DAYS },
    protectedData(place),
  );
  new gcp.logging.ProjectSink(
    'sink-audit',
    {
      project,
      name: 'audit',
      destination: audit.id.apply((id) => `logging.googleapis.com/${id}`),
      filter: 'logName:"cloudaudit.googleapis.com"',
      uniqueWriterIdentity: true,
    },
    options,
  );
  for (const service of AUDITED_SERVICES) {
    const auditLogConfigs = [{ logType: 'DATA_READ' }, { logType: 'DATA_WRITE' }];
    const args = { project, service: `${service}.googleapis.com`, auditLogConfigs };
    new gcp.projects.IAMAuditConfig(`audit-${service}`, args, options);
  }
}
