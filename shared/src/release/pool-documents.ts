import type { PoolDecision, RankedMember } from '../contracts/pool-decision.ts';
import type { PoolParams } from '../contracts/pool-params.ts';
import { LivepoolError } from '../core/errors.ts';
import { type JsonInput, type JsonNode, jsonFloat, jsonOrdered, jsonTree } from '../core/json-tree.ts';

/** What the two pool files need besides the decision. */
export interface PoolDocumentContext {
  readonly version: string;
  readonly sourceProject: string;
  /** S25: how `current_rank` stands in `selection_meta`; undefined leaves the block out. */
  readonly selectionMetaRank?: PoolParams['export']['meta_rank_type'] | undefined;
}

/** latest_universe.json: members ascending by symbol. */
export function universeDocument(decision: PoolDecision): JsonNode {
  return jsonTree({ as_of_date: decision.asOfDate, symbols: [...decision.universe].sort() });
}

/** live_pool.json: `symbols` is the ordered list. */
export function livePoolDocument(decision: PoolDecision, context: PoolDocumentContext): JsonNode {
  return poolDocument(decision, context, poolSymbols(decision));
}

/** live_pool_legacy.json: `symbols` is the mapping as well. */
export function livePoolLegacyDocument(decision: PoolDecision, context: PoolDocumentContext): JsonNode {
  return poolDocument(decision, context, symbolMap(decision));
}

/** Selected members in ranking order. */
export function selectedMembers(decision: PoolDecision): readonly RankedMember[] {
  return decision.members.filter((member) => member.selected);
}

/** Symbols of the pool in ranking order. */
export function poolSymbols(decision: PoolDecision): readonly string[] {
  return selectedMembers(decision).map((member) => member.symbol);
}

function poolDocument(decision: PoolDecision, context: PoolDocumentContext, symbols: JsonInput): JsonNode {
  return jsonTree({
    as_of_date: decision.asOfDate,
    version: context.version,
    mode: decision.mode,
    pool_size: selectedMembers(decision).length,
    symbols,
    symbol_map: symbolMap(decision),
    source_project: context.sourceProject,
    selection_meta: context.selectionMetaRank && selectionMeta(decision, context.selectionMetaRank),
  });
}

/** Members without a base asset are left out here: `renderArtifacts` decides beforehand whether that is allowed (S23). */
function symbolMap(decision: PoolDecision): JsonInput {
  const known = selectedMembers(decision).filter((member) => member.baseAsset !== null);
  return jsonOrdered(known.map((member) => [member.symbol, { base_asset: member.baseAsset }]));
}

function selectionMeta(decision: PoolDecision, rank: PoolParams['export']['meta_rank_type']): JsonInput {
  return jsonOrdered(
    selectedMembers(decision).map((member) => {
      const { finalScore, confidence, currentRank } = member;
      if (finalScore === null || confidence === null || currentRank === null) {
        throw new LivepoolError('INVARIANT', 'bug', `${member.symbol} is selected but has no score, confidence or rank`);
      }
      const meta = {
        final_score: jsonFloat(finalScore),
        confidence: jsonFloat(confidence),
        current_rank: rank === 'float' ? jsonFloat(currentRank) : currentRank,
      };
      return [member.symbol, meta] as const;
    }),
  );
}
