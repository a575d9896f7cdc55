import { expect, test } from 'vitest';
import { expectNothingFound } from './expect-jobs.ts';
import { campaignFigures } from './figures.ts';
import { CRASH_JOBS } from './plan.ts';

test('I1–I8 hold after every single and every double crash of publish and of rollback', { timeout: 1_800_000 }, async () => {
  const ends = await expectNothingFound(CRASH_JOBS);
  const { singleCrashes, doubleCrashes, crashWorlds, judgements } = campaignFigures(ends);
  console.info(
    `0 violations in ${singleCrashes} single and ${doubleCrashes} double crashes (${crashWorlds} different worlds, ${judgements} judgements)`,
  );
  // Fewer than the register of release spec §13 asks for would mean that calls go past the wire.
  for (const { figures } of ends) expect(figures?.kind === 'crashes' && figures.calls).toBeGreaterThan(40);
  expect(singleCrashes).toBeGreaterThan(800);
  expect(doubleCrashes).toBeGreaterThan(30_000);
});
