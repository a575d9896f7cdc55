import type { Explain, ExplainedMember } from '../../contracts/explain.ts';
import type { RegimeName } from '../../contracts/pool-params.ts';

/** What changed from one build to another. */
export interface PoolDiff {
  readonly from: BuildName;
  readonly to: BuildName;
  readonly sameParams: boolean;
  readonly regime: { readonly from: RegimeName; readonly to: RegimeName };
  /** Newly selected, in ranking order, with where they were before. */
  readonly came: readonly Change[];
  /** No longer selected, in former ranking order, with where they are now. */
  readonly went: readonly Change[];
  readonly universeEntered: readonly Change[];
  readonly universeLeft: readonly Change[];
  /** Symbols ranked in both, in new ranking order. */
  readonly moves: readonly RankMove[];
}

interface BuildName {
  readonly asOfDate: string;
  readonly mode: string;
  readonly paramsId: string;
}

export interface Change {
  readonly symbol: string;
  /** Its place in the other build, for example `rank 7` or `excluded: history_short`. */
  readonly elsewhere: string;
}

export interface RankMove {
  readonly symbol: string;
  readonly fromRank: number;
  readonly toRank: number;
  /** New minus old final score, and the part of each component. */
  readonly finalChange: number;
  readonly ruleChange: number;
  readonly linearChange: number;
  readonly mlChange: number;
}

/** Who came and went, how ranks and scores moved and through which component, regime and universe changes. */
export function diffPools(a: Explain, b: Explain): PoolDiff {
  const before = membersOf(a);
  const after = membersOf(b);
  return {
    from: buildName(a),
    to: buildName(b),
    sameParams: a.params.sha256 === b.params.sha256,
    regime: { from: a.regime.name, to: b.regime.name },
    came: notSelectedIn(a, b.selected),
    went: notSelectedIn(b, a.selected),
    universeEntered: notIn(before, [...after.values()], a),
    universeLeft: notIn(after, [...before.values()], b),
    moves: [...after.values()].flatMap((member) => {
      const old = before.get(member.symbol);
      return old === undefined ? [] : [rankMove(old, member)];
    }),
  };
}

function membersOf(explain: Explain): ReadonlyMap<string, ExplainedMember> {
  return new Map([...explain.selected, ...explain.ranked].map((member) => [member.symbol, member]));
}

function buildName({ as_of_date, mode, params }: Explain): BuildName {
  return { asOfDate: as_of_date, mode, paramsId: params.id };
}

function notSelectedIn(other: Explain, selected: readonly ExplainedMember[]): Change[] {
  const known = new Set(other.selected.map(({ symbol }) => symbol));
  return selected.filter(({ symbol }) => !known.has(symbol)).map(({ symbol }) => ({ symbol, elsewhere: placeIn(other, symbol) }));
}

function notIn(members: ReadonlyMap<string, unknown>, candidates: readonly ExplainedMember[], other: Explain): Change[] {
  return candidates
    .filter(({ symbol }) => !members.has(symbol))
    .map(({ symbol }) => ({ symbol, elsewhere: placeIn(other, symbol) }))
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

function placeIn(explain: Explain, symbol: string): string {
  const ranked = explain.ranked.find((member) => member.symbol === symbol);
  if (ranked !== undefined) return `rank ${ranked.rank}`;
  const excluded = explain.excluded.find((item) => item.symbol === symbol);
  return excluded === undefined ? 'unknown' : `excluded: ${excluded.reasons.map(({ code }) => code).join(', ')}`;
}

function rankMove(old: ExplainedMember, member: ExplainedMember): RankMove {
  const change = (name: 'rule' | 'linear' | 'ml') => member.components[name].contribution - old.components[name].contribution;
  return {
    symbol: member.symbol,
    fromRank: old.rank,
    toRank: member.rank,
    finalChange: member.final_score - old.final_score,
    ruleChange: change('rule'),
    linearChange: change('linear'),
    mlChange: change('ml'),
  };
}
