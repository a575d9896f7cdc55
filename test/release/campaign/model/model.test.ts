import { describe, expect, test } from 'vitest';
import { expectNothingFound } from '../expect-jobs.ts';
import { campaignFigures } from '../figures.ts';
import { MODEL_JOBS } from '../plan.ts';
import { exploreModel, type ModelRace } from './explore-model.ts';
import { fingerprints } from './fingerprints.ts';

test('I3–I7 hold in every state of the model that is reached', { timeout: 900_000 }, async () => {
  const ends = await expectNothingFound(MODEL_JOBS);
  console.info(`0 violations in ${campaignFigures(ends).modelStates} states of the model`);
  const isComplete = ends.map(({ figures }) => figures?.kind === 'model' && figures.isComplete);
  expect(isComplete.filter((complete) => complete)).toHaveLength(MODEL_JOBS.length);
});

describe('the model finds each mutant in the smallest race that release spec §13 names', () => {
  test.each([
    ['M1', 'publish ‖ newer publish', /^I3/],
    ['M2', 'publish ‖ rollback ‖ duplicate', /^I3/],
    ['M3', 'publish ‖ rollback to the first', /^I3/],
    ['M4', 'publish ‖ the same', /^I[45]/],
    ['M5', 'publish ‖ rollback ‖ duplicate', /^I5/],
    ['M6', 'publish ‖ rollback', /^I3/],
    ['M7', 'publish ‖ the same', /^I3/],
  ] as const)('%s in %s', (mutant, race, broken) => {
    expect(() => exploreModel({ race, faults: 0, limit: 500_000, mutant })).toThrow(broken);
  });

  test.each<ModelRace>(['publish ‖ the same', 'publish ‖ newer publish', 'publish ‖ rollback'])(
    'M2 needs three processes: %s does not show it',
    (race) => {
      expect(exploreModel({ race, faults: 0, limit: 500_000, mutant: 'M2' })).toMatchObject({ isComplete: true });
    },
  );
});

test('fingerprints tell different states apart, and know each again', () => {
  const seen = fingerprints();
  const bytes = new Uint8Array(56);
  const view = new DataView(bytes.buffer);
  for (const isNew of [true, false]) {
    for (let n = 0; n < 200_000; n++) {
      view.setUint32((n % 13) * 4, n);
      if (seen.add(bytes.slice()) !== isNew) throw new Error(`state ${n}`);
      view.setUint32((n % 13) * 4, 0);
    }
  }
  expect(seen.size()).toBe(200_000);
});
