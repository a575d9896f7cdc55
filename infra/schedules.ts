import * as gcp from '@pulumi/gcp';
import { FUNCTIONS, type FunctionRow, type JobRow } from './deployables.ts';
import { audienceOf } from './environment.ts';
import { emailOf } from './identities.ts';
import { type Place, replaceable } from './place.ts';

/** A try may take as long as its function and a little more; with Google's 3 minutes a second one would begin beside the first. */
const DEADLINE_MARGIN_S = 30;

/** Every job of the table of functions (operations spec §2). */
export function declareSchedules(place: Place, functions: Readonly<Record<string, gcp.cloudfunctionsv2.Function>>): void {
  for (const row of FUNCTIONS) for (const job of row.jobs ?? []) declareJob(place, row, job, functions[row.name]!);
}

function declareJob(place: Place, row: FunctionRow, job: JobRow, target: gcp.cloudfunctionsv2.Function): void {
  const { settings } = place;
  new gcp.cloudscheduler.Job(
    `job-${job.name}`,
    {
      project: settings.project,
      region: settings.region,
      name: job.name,
      schedule: job.cron,
      timeZone: 'Etc/UTC',
      attemptDeadline: `${row.timeoutS + DEADLINE_MARGIN_S}s`,
      retryConfig: { retryCount: 3, minBackoffDuration: '30s', maxBackoffDuration: '300s', maxDoublings: 3 },
      httpTarget: {
        httpMethod: 'POST',
        uri: target.serviceConfig.apply((config) => config?.uri ?? ''),
        headers: { 'Content-Type': 'application/json' },
        body: Buffer.from(JSON.stringify(job.body)).toString('base64'),
        oidcToken: {
          serviceAccountEmail: emailOf(settings.project, 'scheduler'),
          audience: audienceOf(settings, row.name),
        },
      },
    },
    replaceable(place),
  );
}
