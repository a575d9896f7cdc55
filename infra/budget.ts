import * as gcp from '@pulumi/gcp';
import { type Place, replaceable } from './place.ts';

/** Parts of the budget at which somebody is told (operations spec §19). */
const THRESHOLDS = [0.5, 0.8, 1] as const;

/** Says when the month gets dearer than planned; it stops nothing. */
export function declareBudget(place: Place, channel: gcp.monitoring.NotificationChannel): void {
  const { project, billingAccount, budgetUsd, environment } = place.settings;
  new gcp.billing.Budget(
    'budget',
    {
      billingAccount,
      displayName: `livepool ${environment}`,
      budgetFilter: { projects: [`projects/${project}`], calendarPeriod: 'MONTH' },
      amount: { specifiedAmount: { currencyCode: 'USD', units: String(budgetUsd) } },
      thresholdRules: THRESHOLDS.map((thresholdPercent) => ({ thresholdPercent })),
      allUpdatesRule: { monitoringNotificationChannels: [channel.id], disableDefaultIamRecipients: false },
    },
    replaceable(place),
  );
}
