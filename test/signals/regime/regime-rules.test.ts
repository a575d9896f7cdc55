import { describe, expect, it } from 'vitest';
import { loadRegimeParams } from '#shared/adapters/fs/regime-params-file.ts';
import { factorWeightsSchema, regimeParamsSchema } from '#shared/contracts/regime-params.ts';
import { regimeRules } from '#shared/signals/regime/regime-rules.ts';

const { params } = loadRegimeParams();

const row = (name: string) => {
  const { weights: w, limits: l } = regimeRules(name, params.regimes);
  const { momentum, technical, volume, quality, catalyst } = w;
  return [momentum, technical, volume, quality, catalyst, l.movement_pct, l.spread_bps, l.depth_usd, l.vadr];
};

describe('the table of regimes', () => {
  it.each([
    ['trending', [50, 20, 15, 10, 5, 2.5, 55, 100_000, 1.6]],
    ['choppy', [35, 30, 15, 15, 5, 3, 40, 150_000, 2]],
    ['highvol', [30, 25, 20, 20, 5, 4, 35, 175_000, 2.1]],
    ['mixed', [35, 30, 15, 15, 5, 4, 40, 150_000, 2]],
    ['risk_off', [30, 25, 20, 20, 5, 4, 30, 200_000, 2.2]],
    ['nonsense', [35, 30, 15, 15, 5, 4, 50, 100_000, 1.75]],
  ])('has the row of %s', (name, expected) => {
    expect(row(name)).toEqual(expected);
  });

  it.each([
    ['bull', 'trending'],
    ['trending_bull', 'trending'],
    ['chop', 'choppy'],
    ['sideways', 'choppy'],
    ['high_vol', 'highvol'],
    ['volatile', 'highvol'],
    ['high_volatility', 'highvol'],
    ['bear', 'risk_off'],
    ['crisis', 'risk_off'],
    ['mixed', 'mixed'],
  ])('knows %s as %s', (alias, name) => {
    expect(regimeRules(alias, params.regimes)).toMatchObject({ name, warning: null });
  });

  it('warns of a name that it does not know, also of one that every object has', () => {
    for (const name of ['euphoria', '', 'Trending', 'constructor']) {
      expect(regimeRules(name, params.regimes)).toMatchObject({
        name: 'unknown',
        warning: expect.stringContaining('known names'),
      });
    }
  });

  it.each([
    ['a sum other than 100', { momentum: 50, technical: 20, volume: 15, quality: 10, catalyst: 6 }],
    ['momentum below 25', { momentum: 24, technical: 31, volume: 15, quality: 15, catalyst: 15 }],
    ['a social weight', { momentum: 50, technical: 20, volume: 15, quality: 10, catalyst: 5, social: 0 }],
  ])('refuses %s when it is loaded', (_what, weights) => {
    expect(factorWeightsSchema.safeParse(weights).success).toBe(false);
    const broken = { ...params, regimes: { ...params.regimes, mixed: { ...params.regimes.mixed, weights } } };
    expect(regimeParamsSchema.safeParse(broken).success).toBe(false);
  });
});
