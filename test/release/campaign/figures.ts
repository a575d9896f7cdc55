import type { JobEnd } from './job-pool.ts';

/** Sums of a campaign, as they are printed and kept in the documentation. */
export interface CampaignFigures {
  readonly singleCrashes: number;
  readonly doubleCrashes: number;
  readonly crashWorlds: number;
  readonly schedules: number;
  readonly commands: number;
  /** Processes that were carried out, and times that the judge looked at I1–I8. */
  readonly processes: number;
  readonly judgements: number;
  readonly seeds: readonly number[];
  /** Different states of the model. */
  readonly modelStates: number;
}

export function campaignFigures(ends: readonly JobEnd[]): CampaignFigures {
  const figures = ends.flatMap((end) => (end.figures === null ? [] : [end.figures]));
  const crashes = figures.flatMap((one) => (one.kind === 'crashes' ? [one] : []));
  const schedules = figures.flatMap((one) => (one.kind === 'schedules' ? [one] : []));
  const model = figures.flatMap((one) => (one.kind === 'model' ? [one] : []));
  return {
    singleCrashes: sum(crashes, 'singles'),
    doubleCrashes: sum(crashes, 'doubles'),
    crashWorlds: sum(crashes, 'worlds'),
    schedules: sum(schedules, 'schedules'),
    commands: sum(schedules, 'commands'),
    processes: sum(crashes, 'processes') + sum(schedules, 'processes'),
    judgements: sum(crashes, 'judgements') + sum(schedules, 'judgements'),
    seeds: schedules.map(({ seed }) => seed),
    modelStates: sum(model, 'states'),
  };
}

function sum<K extends string>(rows: readonly Readonly<Record<K, number>>[], key: K): number {
  return rows.reduce((total, row) => total + row[key], 0);
}
