import { expect, it } from 'vitest';
import { countExclusions, withExclusions } from '#shared/pool/explain/count-exclusions.ts';
import type { Exclusion } from '#shared/pool/panel.ts';

const reason = (code: string) => ({ code, observed: 1, threshold: 2 });
const EXCLUSIONS: readonly Exclusion[] = [
  { symbol: 'AAUSDT', stage: 'eligibility', reasons: [reason('volume_30_low'), reason('volume_90_low')] },
  { symbol: 'BBUSDT', stage: 'eligibility', reasons: [reason('volume_90_low'), reason('volume_90_low')] },
  { symbol: 'CCUSDT', stage: 'data', reasons: [reason('history_short')] },
];

it('counts symbols per reason, most frequent first and then by name', () => {
  expect(Object.entries(countExclusions(EXCLUSIONS))).toEqual([
    ['eligibility volume_90_low', 2],
    ['data history_short', 1],
    ['eligibility volume_30_low', 1],
  ]);
});

it('adds the counts to what a refusal says already', () => {
  const refusal = { code: 'pool_underfilled', message: 'too few', details: { ranked: 3 } };
  expect(withExclusions(refusal, EXCLUSIONS).details).toMatchObject({ ranked: 3, excluded: { 'data history_short': 1 } });
  expect(withExclusions(refusal, [])).toEqual(refusal);
});
