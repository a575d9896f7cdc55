import type { Explain, ExplainedMember } from '../../contracts/explain.ts';
import { shortNumber, signedNumber } from './align-columns.ts';

/** A member close to the cut, and why it is on its side. */
export interface CutNeighbour {
  readonly symbol: string;
  readonly rank: number;
  readonly selected: boolean;
  readonly finalScore: number;
  /** One sentence: the distance over the cut and the components that make it. */
  readonly why: string;
}

/** The last `reach` selected members and the first `reach` behind the cut, each set against the nearest on the other side. */
export function explainCut(explain: Explain, reach = 2): readonly CutNeighbour[] {
  const lastIn = explain.selected.at(-1);
  const firstOut = explain.ranked[0];
  if (lastIn === undefined) return [];
  const within = explain.selected.slice(-reach).map((member) => ({
    ...neighbour(member, true),
    why:
      firstOut === undefined
        ? 'no member is behind the cut'
        : `ahead of ${firstOut.symbol}, the first out, ${against(member, firstOut)}`,
  }));
  const beyond = explain.ranked.slice(0, reach).map((member) => ({
    ...neighbour(member, false),
    why: `behind ${lastIn.symbol}, the last in, ${against(member, lastIn)}`,
  }));
  return [...within, ...beyond];
}

function neighbour({ symbol, rank, final_score }: ExplainedMember, selected: boolean) {
  return { symbol, rank, selected, finalScore: final_score };
}

function against(member: ExplainedMember, other: ExplainedMember): string {
  const distance = Math.abs(member.final_score - other.final_score);
  if (distance === 0) return `by ${tieBreakBetween(member, other)} at the same final score`;
  const parts = (['rule', 'linear', 'ml'] as const)
    .map((name) => ({ name, lead: member.components[name].contribution - other.components[name].contribution }))
    .toSorted((a, b) => Math.abs(b.lead) - Math.abs(a.lead));
  return `by ${shortNumber(distance)}: ${parts.map(({ name, lead }) => `${name} ${signedNumber(lead)}`).join(', ')}`;
}

/** Members between the two have the same score; the first difference on the way decides. */
function tieBreakBetween(a: ExplainedMember, b: ExplainedMember): string {
  const lower = a.rank > b.rank ? a : b;
  return lower.tie_break?.key ?? 'rank order';
}
