import type { Recovery } from '../support/crash-sweep.ts';
import { SCENARIOS } from '../support/scenarios.ts';
import { type CrashDelays, type CrashFigures, sweepCrashes } from './crash-tree.ts';
import { type ExploreOptions, exploreModel, type ModelFigures } from './model/explore-model.ts';
import { runSchedules, type ScheduleFigures } from './schedules.ts';

/** A part of the campaign that one thread carries out alone; plain data, so that it can be sent to another thread. */
export type Job =
  | { readonly kind: 'crashes'; readonly scenario: string; readonly recovery: Recovery; readonly delays: CrashDelays }
  | { readonly kind: 'schedules'; readonly seed: number; readonly runs: number; readonly path?: string }
  | ({ readonly kind: 'model' } & ExploreOptions);

export type JobFigures =
  | ({ readonly kind: 'crashes' } & CrashFigures)
  | ({ readonly kind: 'schedules' } & ScheduleFigures)
  | ({ readonly kind: 'model' } & ModelFigures);

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
    case 'model':
      return { kind: job.kind, ...exploreModel(job) };
  }
}

/** One line for people. */
export function jobText(job: Job): string {
  switch (job.kind) {
    case 'crashes':
      return `crashes of ${job.scenario}, ${job.recovery}`;
    case 'schedules':
      return `${job.runs} schedules, seed ${job.seed}`;
    case 'model':
      return `states of ${job.race}, ${job.faults} lost answers`;
  }
}
