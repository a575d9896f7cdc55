import { hyperbolicTangent } from '../../core/elementary.ts';

/** Inputs in the legacy dashboard's own units; NaN for null. Parity output only: nothing of this feeds a score (quant spec §5). */
export interface LegacyInputs {
  readonly oiZ: number;
  readonly lsDelta: number;
  /** Imbalance in percent. */
  readonly imbalancePct: number;
  readonly funding: number;
}

/** ¼·[tanh(|z|/2) + tanh(|ls|/50) + tanh(|imb|/200) + tanh(|funding·1e4|/5)]. */
export function legacyConfluence({ oiZ, lsDelta, imbalancePct, funding }: LegacyInputs): number {
  const part = (value: number, scale: number): number => hyperbolicTangent(Math.abs(value) / scale);
  return (part(oiZ, 2) + part(lsDelta, 50) + part(imbalancePct, 200) + part(funding * 1e4, 5)) / 4;
}

/** Variant a knows no neutral. */
export function legacyBiasA(confluence: number): 'BULL' | 'BEAR' | null {
  if (Number.isNaN(confluence)) return null;
  return confluence > 0.66 ? 'BULL' : 'BEAR';
}

export function legacyBiasB(confluence: number): 'bullish' | 'bearish' | 'neutral' | null {
  if (Number.isNaN(confluence)) return null;
  if (confluence > 0.65) return 'bullish';
  return confluence < 0.35 ? 'bearish' : 'neutral';
}

/** Share of {Z > 2.5, LS > 2, |imbalance| > 3 %} that holds, and whether it is an alert. */
export function legacyBlueprint(oiZ: number, globalLs: number, imbalancePct: number): { share: number; alert: boolean } {
  const share = [oiZ > 2.5, globalLs > 2, Math.abs(imbalancePct) > 3].filter(Boolean).length / 3;
  return { share, alert: share > 0.66 };
}

export interface LegacyTierInputs {
  readonly oiZ: number;
  readonly globalLs: number;
  readonly imbalancePct: number;
  readonly cvdAgrees: boolean;
  readonly oiChangePct: number;
  readonly fundingPct: number;
  /** Divergence of weighted open interest, σ. */
  readonly weightedOiDivergence: number;
}

/** Tiers that hold, 1 to 5. */
export function legacyTiers(inputs: LegacyTierInputs): readonly number[] {
  const { oiZ, globalLs, imbalancePct, cvdAgrees, oiChangePct, fundingPct, weightedOiDivergence } = inputs;
  const holds = [
    oiZ > 2.5,
    oiZ > 2.5 && globalLs > 2 && Math.abs(imbalancePct) > 3,
    cvdAgrees && oiChangePct > 1,
    fundingPct > 0.01 && oiChangePct < 0,
    weightedOiDivergence > 2,
  ];
  return holds.flatMap((is, at) => (is ? [at + 1] : []));
}

/** Bid share of the best five quantities, [0, 1]. */
export function legacyObi(bidSizes: readonly number[], askSizes: readonly number[]): number {
  const sum = (sizes: readonly number[]): number => sizes.slice(0, 5).reduce((total, size) => total + size, 0);
  const bids = sum(bidSizes);
  const all = bids + sum(askSizes);
  return all > 0 ? bids / all : Number.NaN;
}

/** Weighted mean of the z values that are available: OI .4, top accounts .2, obi .2, funding .2. */
export function legacyZsc(oi: number, topAccounts: number, obi: number, funding: number): number {
  return weightedMean([oi, topAccounts, obi, funding], [0.4, 0.2, 0.2, 0.2]);
}

/** The older one: global LS .5, top accounts .25, top positions .25. */
export function legacyZscOld(globalLs: number, topAccounts: number, topPositions: number): number {
  return weightedMean([globalLs, topAccounts, topPositions], [0.5, 0.25, 0.25]);
}

/** (buys − sells)·volume / (buys + sells) by number of trades; strong above half a million. */
export function legacyVpi(buys: number, sells: number, volume: number): { vpi: number; strong: boolean } {
  const vpi = buys + sells > 0 ? ((buys - sells) * volume) / (buys + sells) : Number.NaN;
  return { vpi, strong: Math.abs(vpi) > 500_000 };
}

export function legacyVpiOi(volumeUsd: number, oiChangePct: number): number {
  return (volumeUsd * oiChangePct) / 100;
}

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  let weight = 0;
  for (const [at, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    sum += weights[at]! * value;
    weight += weights[at]!;
  }
  return weight > 0 ? sum / weight : Number.NaN;
}
