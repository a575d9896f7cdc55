import type { Job } from './jobs.ts';
import { MODEL_RACES, type ModelRace } from './model/explore-model.ts';

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

const RACES = Object.keys(MODEL_RACES) as ModelRace[];
const isPair = (race: ModelRace): boolean => MODEL_RACES[race].wishes.length === 2;

/** Every state: of pairs of processes with one lost answer, of three processes without. */
export const MODEL_JOBS: readonly Job[] = RACES.map((race) =>
  isPair(race) ? { kind: 'model', race, faults: 1, limit: 1_000_000 } : { kind: 'model', race, faults: 0, limit: 2_000_000 },
);

/** More lost answers for pairs, and ten million states for three processes. */
export const SOAK_MODEL_JOBS: readonly Job[] = RACES.map((race) =>
  isPair(race) ? { kind: 'model', race, faults: 2, limit: 10_000_000 } : { kind: 'model', race, faults: 1, limit: 10_000_000 },
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

/** What every soak begins with, then schedules without end and between them one larger job after the other. */
export function* soakJobs(firstSeed: number): Generator<Job> {
  yield* [...MODEL_JOBS, ...CRASH_JOBS];
  const larger = [...SOAK_MODEL_JOBS, ...SOAK_CRASH_JOBS].values();
  for (let seed = firstSeed; ; seed += 1) {
    yield* scheduleJobs(JOB_SCHEDULES, seed);
    if ((seed - firstSeed) % 20 !== 19) continue;
    const next = larger.next();
    if (next.done !== true) yield next.value;
  }
}
