export type LegacyRegime = 'accumulation' | 'expansion' | 'distribution' | 'exhaustion' | 'neutral';

const SCORE_LIMIT = 0.15;
const CALM_VOLATILITY = 0.025;
const NEUTRAL_CONFIDENCE = 0.1;

/** bull − bear of the four family strengths in [0, 1]. */
export function legacyFamily(accumulation: number, momentum: number, distribution: number, exhaustion: number): number {
  return (accumulation + momentum) / 2 - (distribution + exhaustion) / 2;
}

/** Regime of a family score and a volatility; `confidence` is .1 when neutral, else the size of the score. */
export function legacyRegime(score: number, volatility: number): { regime: LegacyRegime; confidence: number } {
  const calm = volatility < CALM_VOLATILITY;
  if (score > SCORE_LIMIT) return { regime: calm ? 'accumulation' : 'expansion', confidence: Math.abs(score) };
  if (score < -SCORE_LIMIT) return { regime: calm ? 'distribution' : 'exhaustion', confidence: Math.abs(score) };
  return { regime: 'neutral', confidence: NEUTRAL_CONFIDENCE };
}

const BOOSTS: Readonly<Partial<Record<LegacyRegime, number>>> = { expansion: 1.15, accumulation: 1.05, distribution: 0.9 };

/** clip01((.6·signal confidence + .4·confluence)·boost of the regime). */
export function legacyContext(signalConfidence: number, confluence: number, regime: LegacyRegime): number {
  const context = (0.6 * signalConfidence + 0.4 * confluence) * (BOOSTS[regime] ?? 1);
  return context < 0 ? 0 : context > 1 ? 1 : context;
}

export interface LegacyAlert {
  readonly rule: 'z' | 'ls' | 'imbalance';
  readonly severity: 'high' | 'medium' | 'low';
}

/** Z > 2.5 high, LS > 2 medium, |imbalance| > .03 low. */
export function legacyAlerts(oiZ: number, globalLs: number, imbalance: number): readonly LegacyAlert[] {
  const alerts: LegacyAlert[] = [];
  if (oiZ > 2.5) alerts.push({ rule: 'z', severity: 'high' });
  if (globalLs > 2) alerts.push({ rule: 'ls', severity: 'medium' });
  if (Math.abs(imbalance) > 0.03) alerts.push({ rule: 'imbalance', severity: 'low' });
  return alerts;
}
