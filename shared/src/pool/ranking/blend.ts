import type { ScoreWeights } from '../../contracts/pool-params.ts';

/** One number per component; NaN = missing. */
export interface ComponentScores {
  readonly rule: number;
  readonly linear: number;
  readonly ml: number;
}

/** Components in the order in which they are added up (pool spec §14). */
export const COMPONENTS = ['rule', 'linear', 'ml'] as const;

export type Component = (typeof COMPONENTS)[number];

/** The blend of one member's normalised components. */
export interface Blend {
  /** Σ w·v / Σ w over the present components; NaN when there is none. */
  readonly final: number;
  /** Σ w over the present components. */
  readonly weightSum: number;
  /** 1 when the components agree, 0 when their standard deviation is .5 or more. */
  readonly agreement: number;
  /** 2·|final − .5|: how far the score is from the middle. */
  readonly edge: number;
  /** .6·agreement + .4·edge, in [0, 1]; NaN without a final score. */
  readonly confidence: number;
}

const AGREEMENT_SHARE = 0.6;
const EDGE_SHARE = 0.4;

/** Blend of components in [0, 1], in exactly the order of operations of pool spec §14 (vector P-13). */
export function blend(components: ComponentScores, weights: ScoreWeights): Blend {
  let weighted = 0;
  let weightSum = 0;
  for (const component of COMPONENTS) {
    if (Number.isNaN(components[component])) continue;
    weighted += weights[component] * components[component];
    weightSum += weights[component];
  }
  const final = weightSum > 0 ? weighted / weightSum : Number.NaN;
  const agreement = 1 - 2 * Math.min(Math.max(spread(components), 0), 0.5);
  const edge = 2 * Math.abs(final - 0.5);
  const confidence = clipToShare(AGREEMENT_SHARE * agreement + EDGE_SHARE * edge);
  return { final, weightSum, agreement, edge, confidence };
}

/** Sample standard deviation of the present components; .5 for fewer than two. */
function spread(components: ComponentScores): number {
  const present = COMPONENTS.map((component) => components[component]).filter((value) => !Number.isNaN(value));
  if (present.length < 2) return 0.5;
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  const squares = present.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return Math.sqrt(squares / (present.length - 1));
}

function clipToShare(value: number): number {
  return Number.isNaN(value) ? value : Math.min(Math.max(value, 0), 1);
}
