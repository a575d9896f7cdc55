import { expect, it } from 'vitest';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { fitHistGbt } from '#shared/pool/models/ml-scores.ts';
import { scorePool } from '#shared/pool/ranking/score-pool.ts';
import type { ScoredPool } from '#shared/pool/ranking/scored-pool.ts';
import { candleWorld, smallWorldParams, WORLD_START, worldInput } from '../../arbitraries/candle-world.ts';
import { panelOrThrow } from '../../golden/golden-pool.ts';

// The switches of pool spec §1 that scoring obeys, on a world that needs no recorded data; score-pool.test.ts has the recorded one.

const symbols = Array.from('ABCDEFGHIJKL', (letter) => `${letter}${letter}USDT`);
const asOf = WORLD_START + 272;
const coreMajor = { ...smallWorldParams('core_major'), hist_gbt: { ...smallWorldParams('core_major').hist_gbt, trees: 5 } };
const panel = panelOrThrow(worldInput(candleWorld({ seed: 'scores', days: 273, symbols }), coreMajor, asOf));
const score = (changes: Partial<PoolParams>) => scorePool(panel, { ...coreMajor, ...changes }, fitHistGbt);

function scored(changes: Partial<PoolParams>): ScoredPool {
  const result = score(changes);
  if (!result.ok) throw new Error(result.error.map(({ message }) => message).join('; '));
  return result.value;
}

it('S17 ridge.features: all adds the eight columns that are equal for all symbols of a date, and the trees do not care', () => {
  const [cross, all] = [scored({}), scored({ ridge: { ...coreMajor.ridge, features: 'all' } })];
  expect([cross.models!.ridge.features.length, all.models!.ridge.features.length]).toEqual([36, 44]);
  expect(all.models!.ml.raw).toEqual(cross.models!.ml.raw);
  expect(all.models!.linearRaw).not.toEqual(cross.models!.linearRaw);
});

it('S18 on_insufficient: fail refuses a thin window, rule_only ranks by rules alone and says so', () => {
  const model = { ...coreMajor.model, min_train_rows: panel.training.rowCount + 1 };
  expect(score({ model })).toMatchObject({ ok: false, error: [{ code: 'INSUFFICIENT_TRAINING_ROWS' }] });
  const alone = scored({ model: { ...model, on_insufficient: 'rule_only' } });
  expect(alone.models).toBeUndefined();
  expect(alone.warnings.map(({ code }) => code)).toEqual(['rule_only']);
  for (const { linearScore, mlScore } of alone.decision.members) expect([linearScore, mlScore]).toEqual([null, null]);
});

it('S19 on_short: fail refuses twelve members for thirteen places, publish_short takes the twelve and says so', () => {
  const pool = { ...coreMajor.pool, size: 13 };
  expect(score({ pool })).toMatchObject({ ok: false, error: [{ code: 'pool_underfilled', details: { ranked: 12, size: 13 } }] });
  const short = scored({ pool: { ...pool, on_short: 'publish_short' } });
  expect(short.warnings.map(({ code }) => code)).toEqual(['pool_short']);
  expect(short.decision.members.filter(({ selected }) => selected).length).toBe(12);
});
