/** Membership and streaks of every symbol after a refresh; entry s belongs to symbol s. */
export interface Membership {
  readonly member: Uint8Array;
  /** Consecutive refreshes as candidate, and as non-candidate: one of the two is 0. */
  readonly eligible: Int32Array;
  readonly ineligible: Int32Array;
}

export interface Confirmations {
  readonly entryConfirmations: number;
  readonly exitConfirmations: number;
}

export function noMembership(symbolCount: number): Membership {
  return { member: new Uint8Array(symbolCount), eligible: new Int32Array(symbolCount), ineligible: new Int32Array(symbolCount) };
}

/**
 * Membership after one more refresh (pool spec §9, vector P-02): a member stays until it has been ineligible `exitConfirmations`
 * times in a row, a candidate enters once it has been eligible `entryConfirmations` times in a row.
 */
export function advanceMembership(before: Membership, candidate: Uint8Array, confirmations: Confirmations): Membership {
  const after = noMembership(candidate.length);
  for (let s = 0; s < candidate.length; s++) {
    const isCandidate = candidate[s] === 1;
    const wasMember = before.member[s] === 1;
    const eligible = isCandidate ? before.eligible[s]! + 1 : 0;
    const ineligible = isCandidate ? 0 : before.ineligible[s]! + 1;
    const enters = isCandidate && eligible >= confirmations.entryConfirmations;
    const stays = wasMember && ineligible < confirmations.exitConfirmations;
    after.member[s] = enters || stays || (isCandidate && wasMember) ? 1 : 0;
    after.eligible[s] = eligible;
    after.ineligible[s] = ineligible;
  }
  return after;
}
