import type { RankKeys } from './rank-order.ts';
import { compareRank, decidingKey } from './rank-order.ts';
import type { Ranked } from './scored-pool.ts';

/** The members in ranking order with rank, selection of the first `poolSize`, and the tie-break behind the one ahead. */
export function rankMembers<M extends { readonly keys: RankKeys }>(members: readonly M[], poolSize: number): (M & Ranked)[] {
  const ordered = members.toSorted((a, b) => compareRank(a.keys, b.keys));
  return ordered.map((member, i) => {
    const rank = Number.isNaN(member.keys.final) ? null : i + 1;
    return {
      ...member,
      rank,
      selected: rank !== null && rank <= poolSize,
      tieBreak: tieBreakOf(ordered[i - 1]?.keys, member.keys),
    };
  });
}

function tieBreakOf(ahead: RankKeys | undefined, keys: RankKeys): Ranked['tieBreak'] {
  if (ahead === undefined) return null;
  const key = decidingKey(ahead, keys);
  return key === 'final' ? null : { behind: ahead.symbol, key };
}
