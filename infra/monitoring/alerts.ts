import * as gcp from '@pulumi/gcp';
import type * as pulumi from '@pulumi/pulumi';
import { type Place, replaceable } from '../place.ts';
import type { StackSettings } from '../settings/stack-settings.ts';
import { ALERTS, type AlertRow } from './alert-rows.ts';
import { logMetricRows } from './log-metrics.ts';

/** The same alert is told once an hour at most (operations spec §10). */
const QUIET_S = 3_600;

/** Policies for every row, each with the page of its runbook; where nobody is on call, a page is a ticket. */
export function declareAlerts(
  place: Place,
  channel: gcp.monitoring.NotificationChannel,
  after: readonly pulumi.Resource[],
): void {
  for (const row of ALERTS) declareAlert(place, row, channel, after);
}

/** Address of a runbook: GitHub makes the anchor from the heading. */
export function runbookUrl({ ciRepository }: StackSettings, heading: string): string {
  return `https://github.com/${ciRepository}/blob/main/docs/operations/runbooks.md#${anchorOf(heading)}`;
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

function declareAlert(
  place: Place,
  row: AlertRow,
  channel: gcp.monitoring.NotificationChannel,
  after: readonly pulumi.Resource[],
): void {
  const { settings } = place;
  const level = settings.paging ? row.level : 'ticket';
  new gcp.monitoring.AlertPolicy(
    `alert-${row.id.toLowerCase()}`,
    {
      project: settings.project,
      displayName: `${row.id} ${row.title}`,
      combiner: 'OR',
      severity: level === 'page' ? 'CRITICAL' : 'WARNING',
      userLabels: { level, alert: row.id.toLowerCase() },
      notificationChannels: [channel.id],
      documentation: {
        mimeType: 'text/markdown',
        content: `${row.title}. Runbook: [${row.runbook}](${runbookUrl(settings, row.runbook)})`,
        links: [{ displayName: row.runbook, url: runbookUrl(settings, row.runbook) }],
      },
      conditions: [{ displayName: row.title, ...conditionOf(settings.project, row) }],
      alertStrategy: {
        autoClose: '86400s',
        // Only lines need a bound; a threshold is told once until it is well again.
        ...('countedBy' in row.when ? { notificationRateLimit: { period: `${QUIET_S}s` } } : {}),
      },
    },
    { ...replaceable(place), dependsOn: [...place.apis, ...after] },
  );
}

function conditionOf(project: string, { when }: AlertRow) {
  if ('countedBy' in when) return { conditionMatchedLog: { filter: filterOf(project, when.countedBy) } };
  if ('absentForS' in when) {
    const aggregations = [{ alignmentPeriod: '300s', perSeriesAligner: 'ALIGN_DELTA', crossSeriesReducer: 'REDUCE_SUM' }];
    return { conditionAbsent: { filter: when.filter, duration: `${when.absentForS}s`, aggregations } };
  }
  const { filter, comparison, value, forS, alignS, aligner } = when;
  const aggregations = [{ alignmentPeriod: `${alignS}s`, perSeriesAligner: aligner }];
  return { conditionThreshold: { filter, comparison, thresholdValue: value, duration: `${forS}s`, aggregations } };
}

/** The filter of a log-based metric: what is counted and what fires is the same line. */
function filterOf(project: string, metric: string): string {
  const row = logMetricRows(project).find(({ name }) => name === metric);
  if (row === undefined) throw new Error(`infra/monitoring/alert-rows.ts waits for ${metric}, which is not declared`);
  return row.filter;
}
