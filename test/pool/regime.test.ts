import { describe, expect, it } from 'vitest';
import type { MarketContext } from '#shared/pool/panel.ts';
import { classifyRegime } from '#shared/pool/regime.ts';

const MISSING = Number.NaN;

/** a, z, b60, b200, D, R, B as vector P-08 lists them. */
function context(
  ...[a, z, b60, b200, d, r, b]: readonly [number, number, number, number, number, number, number]
): MarketContext {
  return {
    btcClose: 1,
    btcAboveMa200: a,
    btcMa200Slope: 0,
    btcZscore120: z,
    breadthAboveSma60: b60,
    breadthAboveSma200: b200,
    momentumDispersion: d,
    rsDispersion: r,
    singleLeaderBurst: b,
  };
}

describe('P-08: the regime of a date', () => {
  it.each([
    [context(0, -0.5, 0.4, 0.3, 0.2, 0.1, 0.3), 1, 'risk_off', 0.125],
    [context(1, 1.2, 0.3, 0.6, 0.2, 0.1, 0.5), 1, 'btc_dominant', 0.525],
    [context(1, 0.5, 0.8, 0.7, 0.3, 0.25, 0.6), 1, 'late_momentum', 0.85],
    [context(1, 0.5, 0.8, 0.7, 0.3, 0.25, 0.6), 2.5, 'broad_alt_strength', 1],
    [context(1, 0.5, 0.2, MISSING, 0.3, 0.2, 0.5), 1, 'risk_off', 0.875],
    [context(1, 0.2, MISSING, MISSING, MISSING, MISSING, MISSING), 1, 'late_momentum', 0],
  ] as const)('%j with burst sigma %d is %s', (ofDate, burstSigma, regime, confidence) => {
    const call = classifyRegime(ofDate, burstSigma);
    expect(call.regime).toBe(regime);
    expect(call.confidence).toBeCloseTo(confidence, 12);
  });

  it('takes a broad market without a known burst as broad, and a burst without a known dispersion as no sign of one', () => {
    expect(classifyRegime(context(1, 0.5, 0.8, 0.7, 0.3, 0.25, MISSING), 1).regime).toBe('broad_alt_strength');
    expect(classifyRegime(context(1, 0.5, 0.8, 0.7, MISSING, 0.25, 0.1), 1).regime).toBe('late_momentum');
  });
});
