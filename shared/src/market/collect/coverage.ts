import type { Refusal } from '../../core/result.ts';

export interface CoverageInput {
  /** Symbols that should have loaded. */
  readonly eligible: readonly string[];
  /** Of those, the ones that did not. */
  readonly failed: readonly string[];
  /** Members of the universe in force. */
  readonly members: readonly string[];
}

const MAX_FAILED_MEMBERS = 2;
const MAX_FAILED_SHARE = 0.05;

/** Refuses a build on a collection with holes: more than two current members or more than 5 % of the eligible symbols failed (pool spec §4). */
export function coverageRefusal({ eligible, failed, members }: CoverageInput): Refusal | undefined {
  const lost = new Set(failed);
  const lostMembers = members.filter((symbol) => lost.has(symbol));
  const lostEligible = eligible.filter((symbol) => lost.has(symbol));
  const isLow = lostMembers.length > MAX_FAILED_MEMBERS || lostEligible.length > MAX_FAILED_SHARE * eligible.length;
  if (!isLow) return undefined;
  const message = `${lostEligible.length} of ${eligible.length} symbols did not load, ${lostMembers.length} of them members; run the collection again`;
  return { code: 'coverage_low', message, details: { failed: lostEligible, members: lostMembers } };
}
