import { expect } from 'vitest';
import { type JobEnd, runJobs } from './job-pool.ts';
import { type Job, jobText } from './jobs.ts';

/** Carries jobs out on all cores, printing what each single one of crashes and model tried; fails with whatever one of them found. */
export async function expectNothingFound(jobs: readonly Job[]): Promise<readonly JobEnd[]> {
  const ends = await runJobs(jobs, {
    onEnd: ({ job, figures }) => {
      if (job.kind !== 'schedules') console.info(`${jobText(job)}: ${JSON.stringify(figures)}`);
    },
  });
  expect(ends.flatMap(({ found }) => (found === null ? [] : [found]))).toEqual([]);
  expect(ends).toHaveLength(jobs.length);
  return ends;
}
