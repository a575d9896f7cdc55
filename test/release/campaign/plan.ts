import type { Job } from './jobs.ts';

/** Later than every process of a sweep. */
const AFTER_ALL = 10_000;

/** Crashes in every run of the tests: doubles of publish and rollback, singles of the other acts. */
export const CRASH_JOBS: readonly Job[] = [
  ...doubles('publish', [1, 15, AFTER_ALL], [2], [AFTER_ALL]),
  ...doubles('rollback', [1, 15, AFTER_ALL], [2], [AFTER_ALL]),
  ...singles('first publish'),
  ...singles('restore'),
];

/** The same with more delays and doubles of every act, for the soak. */
export const SOAK_CRASH_JOBS: readonly Job[] = ['publish', 'rollback', 'restore', 'first publish'].flatMap((scenario) =>
  doubles(scenario, [1, 4, 15, AFTER_ALL], [2, 9, AFTER_ALL], [2, 9, AFTER_ALL]),
);

/** Schedules of one job: small, so that all cores have work until the end. */
const JOB_SCHEDULES = 500;

/** So many schedules, each job with a seed of its own. */
export function scheduleJobs(count: number, firstSeed: number): readonly Job[] {
  return Array.from({ length: Math.ceil(count / JOB_SCHEDULES) }, (_, index): Job => {
    const runs = Math.min(JOB_SCHEDULES, count - index * JOB_SCHEDULES);
    return { kind: 'schedules', seed: firstSeed + index, runs };
  });
}

function doubles(
  scenario: string,
  first: readonly number[],
  same: readonly number[],
  recover: readonly number[],
): readonly Job[] {
  return [
    { kind: 'crashes', scenario, recovery: 'same-run', delays: { first, second: same } },
    { kind: 'crashes', scenario, recovery: 'recover-first', delays: { first, second: recover } },
  ];
}

function singles(scenario: string): readonly Job[] {
  const delays = { first: [1, 4, 15, AFTER_ALL], second: null };
  return [
    { kind: 'crashes', scenario, recovery: 'same-run', delays },
    { kind: 'crashes', scenario, recovery: 'recover-first', delays },
  ];
}
