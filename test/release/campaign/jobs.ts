import type { Recovery } from '../support/crash-sweep.ts';
import { SCENARIOS } from '../support/scenarios.ts';
import { type CrashDelays, type CrashFigures, sweepCrashes } from './crash-tree.ts';
import { runSchedules, type ScheduleFigures } from './schedules.ts';

/** A part of the campaign that one thread carries out alone; plain data, so that it can be sent to another thread. */
export type Job =
  | { readonly kind: 'crashes'; readonly scenario: string; readonly recovery: Recovery; readonly delays: CrashDelays }
  | { readonly kind: 'schedules'; readonly seed: number; readonly runs: number; readonly path?: string };

export type JobFigures = ({ readonly kind: 'crashes' } & CrashFigures) | ({ readonly kind: 'schedules' } & ScheduleFigures);

/** Carries a job out; throws what it finds, with what is needed to see it again. */
export async function runJob(job: Job): Promise<JobFigures> {
  switch (job.kind) {
    case 'crashes': {
      const scenario = SCENARIOS.find(({ name }) => name === job.scenario);
      if (scenario === undefined) throw new Error(`no scenario ${job.scenario}`);
      return { kind: job.kind, ...(await sweepCrashes(scenario, job.recovery, job.delays)) };
    }
    case 'schedules':
      return { kind: job.kind, ...(await runSchedules(job)) };
  }
}

/** One line for people. */
export function jobText(job: Job): string {
  switch (job.kind) {
    case 'crashes':
      return `crashes of ${job.scenario}, ${job.recovery}`;
    case 'schedules':
      return `${job.runs} schedules, seed ${job.seed}`;
  }
}
