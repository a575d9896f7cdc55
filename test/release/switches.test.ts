import { expect, test } from 'vitest';
import { validateRelease } from '#shared/release/validate/validate-release.ts';
import { edited, firedRules, rebound, worldFiles, worldOptions } from './support/world.ts';

test('S29 profile: strict refuses an unsorted universe, which the reference accepts', () => {
  const unsorted = rebound(
    edited(worldFiles(), 'latest_universe.json', (text) => {
      const universe = JSON.parse(text) as { symbols: string[] };
      return JSON.stringify({ ...universe, symbols: universe.symbols.toReversed() }, null, 2);
    }),
  );
  const { referenceDate } = worldOptions;
  expect(validateRelease(worldFiles(), worldOptions)).toMatchObject({ ok: true, warnings: [] });
  expect(firedRules(validateRelease(unsorted, worldOptions))).toEqual(['V26']);
  expect(validateRelease(unsorted, { profile: 'reference', referenceDate })).toMatchObject({ ok: true, errors: [] });
});
