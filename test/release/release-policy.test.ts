import { expect, it } from 'vitest';
import { CLOUD_POLICY, EMBEDDED_POLICY, policyWithin } from '#shared/release/release-policy.ts';

it.each([
  [540_000, 240_000, 230_000],
  [240_000, 240_000, 230_000],
  [230_000, 230_000, 220_000],
  [60_000, 60_000, 50_000],
  [5_000, 5_000, -5_000],
])('with %i ms left an act may take %i ms and begins no write after %i ms', (remainingMs, budgetMs, lastWriteMs) => {
  expect(policyWithin(CLOUD_POLICY, remainingMs)).toEqual({ ...CLOUD_POLICY, budgetMs, lastWriteMs });
});

it('a policy keeps its own margin', () => {
  expect(policyWithin(EMBEDDED_POLICY, 20_000)).toMatchObject({ budgetMs: 20_000, lastWriteMs: 15_000 });
});
