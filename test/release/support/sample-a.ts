import type { FileBytes } from '#shared/contracts/artifact-files.ts';
import type { PoolDecision, RankedMember } from '#shared/contracts/pool-decision.ts';
import { type ArtifactContext, renderArtifacts } from '#shared/release/artifacts.ts';

/** Sample A of release spec §14, with scores typed from the rule of pool spec §14 and not from the product's code. */
const RANKS: readonly (readonly [string, number, number, number])[] = [
  ['TRX', 7, 6, 7],
  ['ETH', 6, 7, 6],
  ['BCH', 4, 5, 5],
  ['NEAR', 5, 4, 4],
  ['LTC', 3, 2, 3],
  ['ADA', 2, 3, 1],
  ['XRP', 1, 1, 2],
];

function member([base, rule, linear, ml]: readonly [string, number, number, number], index: number): RankedMember {
  const scores = [rule / 7, linear / 7, ml / 7] as const;
  const final = (0.35 * scores[0] + 0.15 * scores[1] + 0.5 * scores[2]) / (0.35 + 0.15 + 0.5);
  const mean = (scores[0] + scores[1] + scores[2]) / 3;
  const spread = Math.sqrt(((scores[0] - mean) ** 2 + (scores[1] - mean) ** 2 + (scores[2] - mean) ** 2) / 2);
  const agreement = 1 - 2 * Math.min(Math.max(spread, 0), 0.5);
  return {
    symbol: `${base}USDT`,
    baseAsset: base,
    ruleScore: scores[0],
    linearScore: scores[1],
    mlScore: scores[2],
    finalScore: final,
    confidence: Math.min(Math.max(0.6 * agreement + 0.4 * (2 * Math.abs(final - 0.5)), 0), 1),
    currentRank: index + 1,
    selected: index < 5,
  };
}

export const sampleDecision: PoolDecision = {
  asOfDate: '2026-03-13',
  mode: 'core_major',
  poolSize: 5,
  regime: 'late_momentum',
  regimeConfidence: 1,
  universe: RANKS.map(([base]) => `${base}USDT`).sort(),
  members: RANKS.map(member),
};

export const sampleContext: ArtifactContext = {
  version: '2026-03-13-core_major',
  sourceProject: 'crypto-live-pool-pipelines',
  sourceRevision: '0123456789abcdef0123456789abcdef01234567',
  generatedAt: '2026-03-14T00:45:00+00:00',
  params: { id: 'core_major', sha256: 'a'.repeat(64) },
  dataDigest: 'b'.repeat(64),
  evidenceSha256: 'c'.repeat(64),
  export: { manifest_blocks: ['identity', 'inputs'], meta_rank_type: 'int' },
  symbolMap: { on_missing_base: 'fail' },
};

/** Weights of the regime of sample A, and of the others, as the shipped parameters have them. */
export const sampleWeights = {
  default_weights: { rule: 0.35, linear: 0.2, ml: 0.45 },
  weights: {
    risk_off: { rule: 0.5, linear: 0.25, ml: 0.25 },
    btc_dominant: { rule: 0.4, linear: 0.2, ml: 0.4 },
    broad_alt_strength: { rule: 0.25, linear: 0.15, ml: 0.6 },
    late_momentum: { rule: 0.35, linear: 0.15, ml: 0.5 },
  },
};

export function filesOf(decision: PoolDecision, context: ArtifactContext): FileBytes {
  const result = renderArtifacts(decision, context);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

export const sampleFiles = (): FileBytes => filesOf(sampleDecision, sampleContext);

export function textOf(files: FileBytes, name: string): string {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`${name} is missing`);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
