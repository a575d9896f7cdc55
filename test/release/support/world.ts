import type { FileBytes } from '#shared/contracts/artifact-files.ts';
import type { PoolDecision, RankedMember } from '#shared/contracts/pool-decision.ts';
import type { ValidationResult } from '#shared/contracts/validation-result.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import type { StrictOptions } from '#shared/release/validate/validation-options.ts';
import { filesOf, sampleContext, sampleDecision, sampleWeights, textOf } from './sample-a.ts';

/** Ten members of which five are selected, on the last day of a month: a release without an error or a warning. */
export const worldDecision: PoolDecision = {
  ...sampleDecision,
  asOfDate: '2026-03-31',
  universe: [...sampleDecision.universe, 'XTZUSDT', 'ZECUSDT', 'ZILUSDT'],
  members: [...sampleDecision.members, unscored('XTZ'), unscored('ZEC'), unscored('ZIL')],
};

export const worldContext = { ...sampleContext, version: '2026-03-31-core_major', generatedAt: '2026-04-01T03:15:00+00:00' };

export const worldOptions: StrictOptions = { profile: 'strict', referenceDate: '2026-04-01', regimeWeights: sampleWeights };

export const worldFiles = (): FileBytes => filesOf(worldDecision, worldContext);

/** The files with the text of one of them changed; fails when the change changes nothing. */
export function edited(files: FileBytes, name: string, change: (text: string) => string): FileBytes {
  const before = textOf(files, name);
  const after = change(before);
  if (after === before) throw new Error(`the edit of ${name} changed nothing`);
  return new Map(files).set(name, utf8(after));
}

/** The files with the manifest's digests set to those of the bytes, as a consistent builder would have written them. */
export function rebound(files: FileBytes): FileBytes {
  const text = textOf(files, 'artifact_manifest.json');
  const entries = Object.values(JSON.parse(text).artifacts) as { path: string; sha256: string }[];
  const digest = (name: string): string => sha256Hex(files.get(name) ?? new Uint8Array());
  const bound = entries.reduce((t, { path, sha256 }) => t.replaceAll(sha256, digest(path)), text);
  return new Map(files).set('artifact_manifest.json', utf8(bound));
}

/** Rules that fired, each once, in order. */
export function firedRules(result: ValidationResult): readonly string[] {
  return [...new Set([...result.errors, ...result.warnings].map((finding) => finding.rule))].sort();
}

function unscored(base: string): RankedMember {
  const missing = { ruleScore: null, linearScore: null, mlScore: null, finalScore: null, confidence: null, currentRank: null };
  return { symbol: `${base}USDT`, baseAsset: base, ...missing, selected: false };
}
