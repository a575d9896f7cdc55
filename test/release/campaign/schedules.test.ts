import { expect, test } from 'vitest';
import { expectNothingFound } from './expect-jobs.ts';
import { campaignFigures } from './figures.ts';
import { MUTANTS } from './mutants.ts';
import { mutateProtocol } from './mutate.ts';
import { scheduleJobs } from './plan.ts';
import { runSchedules } from './schedules.ts';

/** CAMPAIGN_SCHEDULES for more or fewer; CAMPAIGN_SEED for others. */
const COUNT = Number(process.env.CAMPAIGN_SCHEDULES ?? 10_000);
const SEED = Number(process.env.CAMPAIGN_SEED ?? 20260402);

test(`I1–I8 hold in ${COUNT} random schedules`, { timeout: 60_000 + COUNT * 200 }, async () => {
  const ends = await expectNothingFound(scheduleJobs(COUNT, SEED));
  const { schedules, commands, processes, judgements } = campaignFigures(ends);
  console.info(
    `0 violations in ${schedules} schedules (${commands} commands, ${processes} processes, ${judgements} judgements), seeds from ${SEED}`,
  );
  expect(schedules).toBe(COUNT);
});

test('random schedules find a mutant, and say how to see it again', async () => {
  const { protocol, remove } = await mutateProtocol(MUTANTS.find(({ id }) => id === 'M5')!.edits);
  const options = { seed: 1, runs: 2_000, protocol };
  const found = await runSchedules(options).then(
    () => 'nothing',
    (error: unknown) => String(error),
  );
  expect(found).toMatch(/I5 .*\nschedule: \d published\n {2}/);
  const path = /--path (\S+)/.exec(found)?.[1] ?? '';
  await expect(runSchedules({ ...options, path })).rejects.toThrow(/^I5|I5 /);
  remove();
});
