import type { Refusal } from '../../core/result.ts';

/** A symbol that is kept out, at which stage and why; of the panel or of an explanation. */
interface KeptOut {
  readonly stage: string;
  readonly reasons: readonly { readonly code: string }[];
}

/** A refusal about missing members with what kept the others out: `excluded` = reasons, each with its number of symbols. */
export function withExclusions(refusal: Refusal, exclusions: readonly KeptOut[]): Refusal {
  if (exclusions.length === 0) return refusal;
  return { ...refusal, details: { ...refusal.details, excluded: countExclusions(exclusions) } };
}

/** How many symbols each reason keeps out, as `stage reason`; most frequent first. A symbol counts for each of its reasons. */
export function countExclusions(exclusions: readonly KeptOut[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { stage, reasons } of exclusions) {
    for (const name of new Set(reasons.map(({ code }) => `${stage} ${code}`))) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1)));
}
