import * as gcp from '@pulumi/gcp';
import type * as pulumi from '@pulumi/pulumi';
import { type Place, replaceable } from '../place.ts';
import type { StackSettings } from '../settings/stack-settings.ts';
import { ALERTS, type AlertRow } from './alert-rows.ts';

/** How often a metric is looked at. */
const ALIGNMENT_S = 300;

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
      conditions: [{ displayName: row.title, conditionThreshold: threshold(row) }],
      alertStrategy: { autoClose: '86400s' },
    },
    { ...replaceable(place), dependsOn: [...place.apis, ...after] },
  );
}

function threshold({ filter, above, below, forS, aligner, reducer }: AlertRow) {
  return {
    filter,
    comparison: below === true ? 'COMPARISON_LT' : 'COMPARISON_GT',
    thresholdValue: above,
    duration: `${forS}s`,
    aggregations: [
      {
        alignmentPeriod: `${ALIGNMENT_S}s`,
        perSeriesAligner: aligner,
        ...(reducer === undefined ? {} : { crossSeriesReducer: reducer }),
      },
    ],
  };
}
