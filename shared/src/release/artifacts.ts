import { type FileBytes, MANIFEST_FILE } from '../contracts/artifact-files.ts';
import type { PoolDecision } from '../contracts/pool-decision.ts';
import type { PoolParams } from '../contracts/pool-params.ts';
import type { JsonNode } from '../core/json-tree.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import { utf8 } from '../core/text-bytes.ts';
import { rankingCsv } from './csv-text.ts';
import { prettyJsonBytes } from './json-text.ts';
import { manifestDocument } from './manifest-document.ts';
import { livePoolDocument, livePoolLegacyDocument, poolSymbols, selectedMembers, universeDocument } from './pool-documents.ts';

/** Everything that decides the bytes of a release besides the decision itself. */
export interface ArtifactContext {
  readonly version: string;
  readonly sourceProject: string;
  /** 40 hex digits of a clean tree; needed by block `identity`. */
  readonly sourceRevision: string;
  /** Logical time of the run as text, `formatInstant(ms)`. */
  readonly generatedAt: string;
  readonly params: { readonly id: string; readonly sha256: string };
  readonly dataDigest: string;
  /** SHA-256 of explain.json. */
  readonly evidenceSha256: string;
  readonly export: PoolParams['export'];
  readonly symbolMap: PoolParams['symbol_map'];
  /** Adds `selection_meta` to both pool files; default false. */
  readonly withSelectionMeta?: boolean;
}

/**
 * The five files of a release as bytes, in writing order with the manifest last (release spec §2). Same arguments, same bytes.
 * Refused: an empty pool (POOL_EMPTY); a selected symbol without a base asset where the parameters say `fail` (BASE_ASSET_MISSING).
 */
export function renderArtifacts(decision: PoolDecision, context: ArtifactContext): Result<FileBytes, Refusal> {
  const refusal = refusalOf(decision, context);
  if (refusal !== undefined) return err(refusal);
  const pool = { ...context, selectionMetaRank: context.withSelectionMeta ? context.export.meta_rank_type : undefined };
  const files = new Map<string, Uint8Array>([
    ['latest_universe.json', prettyJsonBytes(universeDocument(decision))],
    ['latest_ranking.csv', utf8(rankingCsv(decision))],
    ['live_pool.json', prettyJsonBytes(livePoolDocument(decision, pool))],
    ['live_pool_legacy.json', prettyJsonBytes(livePoolLegacyDocument(decision, pool))],
  ]);
  return ok(files.set(MANIFEST_FILE, prettyJsonBytes(manifest(decision, context, files))));
}

function refusalOf(decision: PoolDecision, context: ArtifactContext): Refusal | undefined {
  const selected = selectedMembers(decision);
  if (selected.length === 0) return { code: 'POOL_EMPTY', message: `no symbol is selected on ${decision.asOfDate}` };
  const missing = selected.filter((member) => member.baseAsset === null).map((member) => member.symbol);
  if (missing.length === 0 || context.symbolMap.on_missing_base === 'omit') return undefined;
  const message = `no base asset is known for ${missing.join(', ')}; complete the instruments list`;
  return { code: 'BASE_ASSET_MISSING', message, details: { symbols: missing } };
}

function manifest(decision: PoolDecision, context: ArtifactContext, files: FileBytes): JsonNode {
  const blocks = context.export.manifest_blocks;
  const inputs = {
    params_id: context.params.id,
    params_sha256: context.params.sha256,
    data_digest: context.dataDigest,
    evidence_sha256: context.evidenceSha256,
  };
  const facts = {
    ...context,
    asOfDate: decision.asOfDate,
    mode: decision.mode,
    symbols: poolSymbols(decision),
    sourceRevision: blocks.includes('identity') ? context.sourceRevision : undefined,
    inputs: blocks.includes('inputs') ? inputs : undefined,
  };
  return manifestDocument(facts, files);
}
