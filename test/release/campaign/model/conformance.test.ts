import fc from 'fast-check';
import { expect, test } from 'vitest';
import { twinsOf } from './conformance.ts';
import { MODEL_RACES, type ModelRace } from './explore-model.ts';
import type { ModelMutant } from './model.ts';

const SEED = Number(process.env.CAMPAIGN_SEED ?? 20260402);
const PLANS = 60;

/** Long turns let one process sleep through the act of another; short ones meet in the middle. */
const turns = fc.array(
  fc.record({ actor: fc.nat(2), calls: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 20 })) }),
  { minLength: 20, maxLength: 40 },
);

/** Carries out random plans on both; returns the steps, throws where they part. */
async function playBoth(race: ModelRace, mutant?: ModelMutant): Promise<number> {
  const twins = await twinsOf(race, mutant);
  const sides = MODEL_RACES[race].wishes.length;
  let steps = 0;
  const property = fc.asyncProperty(turns, async (plan) => {
    // Enough turns for everybody in the end.
    const whole = [...plan, ...[0, 1, 2].map((actor) => ({ actor, calls: 80 }))];
    steps += await twins.play(whole.map(({ actor, calls }) => ({ actor: actor % sides, calls })));
  });
  await fc.assert(property, { seed: SEED, numRuns: PLANS, endOnFailure: mutant !== undefined });
  return steps;
}

test.each(Object.keys(MODEL_RACES) as ModelRace[])(
  'the model and the protocol go the same way, step by step: %s',
  async (race) => {
    expect(await playBoth(race)).toBeGreaterThan(PLANS * 15);
  },
);

test.each([
  ['M1', 'publish ‖ newer publish'],
  ['M2', 'publish ‖ rollback ‖ duplicate'],
  ['M3', 'publish ‖ rollback to the first'],
  ['M4', 'publish ‖ newer publish'],
  ['M5', 'publish ‖ publish ‖ rollback'],
  ['M6', 'publish ‖ rollback'],
  ['M7', 'publish ‖ the same'],
] as const)('the model of %s goes another way: %s', async (mutant, race) => {
  await expect(playBoth(race, mutant)).rejects.toThrow('Property failed');
});
