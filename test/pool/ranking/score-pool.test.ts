import { beforeAll, describe, expect, it } from 'vitest';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { fitHistGbt } from '#shared/pool/models/ml-scores.ts';
import type { Panel } from '#shared/pool/panel.ts';
import { scorePool } from '#shared/pool/ranking/score-pool.ts';
import { hasShared } from '../../golden/read-csv.ts';
import { BYBIT, bybitPanels, recordedParams } from '../../golden/recorded-bybit.ts';

/** Eleven members on as_of, 2548 training rows. */
describe.skipIf(!hasShared(BYBIT))('scorePool, one key flipped', () => {
  const reference = recordedParams('reference');
  const coreMajor = recordedParams('core_major');
  let panel: Panel;

  beforeAll(() => {
    panel = bybitPanels()(reference);
  });

  const score = (params: PoolParams, on: Panel = panel) => {
    const few = { ...params, hist_gbt: { ...params.hist_gbt, trees: 5 } };
    return scorePool(on, few, fitHistGbt);
  };
  const withoutRows = (): Panel => ({
    ...panel,
    training: { ...panel.training, rowCount: 0, values: new Float64Array(0), target: new Float64Array(0) },
  });

  it('S17: cross_sectional fits 36 columns, all 44, and the trees do not care', () => {
    const all = score({ ...coreMajor, ridge: { ...coreMajor.ridge, features: 'all' } });
    const cross = score(coreMajor);
    if (!all.ok || !cross.ok) throw new Error('both are scored');
    expect([all.value.models!.ridge.features.length, cross.value.models!.ridge.features.length]).toEqual([44, 36]);
    expect(cross.value.models!.ml.raw).toEqual(all.value.models!.ml.raw);
    expect(cross.value.models!.linearRaw).not.toEqual(all.value.models!.linearRaw);
  });

  it('S18: too few training rows refuse the build, or leave the rules alone and say so', () => {
    const thin = { ...coreMajor, model: { ...coreMajor.model, min_train_rows: 2549 } };
    expect(score({ ...thin, model: { ...thin.model, min_train_rows: 2548 } }).ok).toBe(true);
    const refused = score({ ...thin, model: { ...thin.model, on_insufficient: 'fail' } });
    expect(refused).toMatchObject({
      ok: false,
      error: [{ code: 'INSUFFICIENT_TRAINING_ROWS', details: { rows: 2548, needed: 2549, window: '2022-09-13 to 2024-09-01' } }],
    });
    const alone = score({ ...thin, model: { ...thin.model, on_insufficient: 'rule_only' } });
    if (!alone.ok) throw new Error('rules alone are enough');
    expect(alone.value.models).toBeUndefined();
    expect(alone.value.warnings.map(({ code }) => code)).toEqual(['rule_only']);
    expect(alone.value.decision.members.every(({ linearScore, mlScore }) => linearScore === null && mlScore === null)).toBe(true);
    for (const { blend, normalised } of alone.value.members) expect(blend.final).toBeCloseTo(normalised.rule, 12);
  });

  it('S18: no training row at all is handled the same way', () => {
    expect(score(coreMajor, withoutRows())).toMatchObject({ ok: false, error: [{ code: 'INSUFFICIENT_TRAINING_ROWS' }] });
    expect(score(reference, withoutRows()).ok).toBe(true);
  });

  it('S19: fewer ranked members than the pool size refuse the build, or make a short pool that says so', () => {
    const large = (base: PoolParams): PoolParams => ({ ...base, pool: { ...base.pool, size: 12 } });
    expect(score({ ...coreMajor, pool: { ...coreMajor.pool, size: 11 } }).ok).toBe(true);
    expect(score(large(coreMajor))).toMatchObject({
      ok: false,
      error: [{ code: 'pool_underfilled', details: { ranked: 11, size: 12 } }],
    });
    const short = score(large({ ...coreMajor, pool: { ...coreMajor.pool, on_short: 'publish_short' } }));
    if (!short.ok) throw new Error('a short pool is allowed here');
    expect(short.value.warnings.map(({ code }) => code)).toEqual(['pool_short']);
    expect(short.value.decision.members.filter(({ selected }) => selected).length).toBe(11);
  });

  it('refuses what a model cannot be fitted on, whatever the parameters allow', () => {
    const target = panel.training.target.slice();
    target[7] = Number.NaN;
    const broken: Panel = { ...panel, training: { ...panel.training, target } };
    for (const params of [reference, coreMajor]) {
      expect(score(params, broken)).toMatchObject({ ok: false, error: [{ code: 'MODEL_FAILED' }] });
    }
  });
});
