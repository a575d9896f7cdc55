import type { PoolDecision } from '../contracts/pool-decision.ts';
import type { PoolParams } from '../contracts/pool-params.ts';
import { SHADOW_FILES, type ShadowManifest } from '../contracts/shadow-release.ts';
import type { ShadowTrack } from '../contracts/shadow-tracks.ts';
import { type JsonInput, type JsonNode, jsonFloat, jsonTree } from '../core/json-tree.ts';
import { prettyJsonBytes } from '../release/json-text.ts';
import { livePoolDocument, livePoolLegacyDocument, poolSymbols } from '../release/pool-documents.ts';
import { formatVersion } from '../release/version.ts';

/** One release of a track: what it says, and its three files in writing order. */
export interface ShadowRelease {
  readonly version: string;
  readonly manifest: ShadowManifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface ShadowReleaseContext {
  readonly track: ShadowTrack;
  readonly params: PoolParams;
  /** `YYYY-MM-DD`. */
  readonly activationDate: string;
  /** Another version than the first revision of the date. */
  readonly version: string | undefined;
}

/** Columns of `selection_meta` in both pool files. */
const META_FIELDS = ['final_score', 'confidence', 'current_rank'];

/** Renders the decision of one date as a release of a track (release spec §10). Same arguments, same bytes. */
export function renderShadowRelease(decision: PoolDecision, context: ShadowReleaseContext): ShadowRelease {
  const { params, activationDate } = context;
  const version = context.version ?? formatVersion({ asOfDate: decision.asOfDate, mode: decision.mode, revision: 1 });
  const pool = { version, sourceProject: params.source_project, selectionMetaRank: params.export.meta_rank_type };
  const facts = {
    ...trackFacts(context.track),
    activation_date: activationDate,
    expected_pool_size: params.pool.size,
  };
  const manifest = manifestOf(decision, context, version);
  const files = new Map([
    [SHADOW_FILES.live_pool, prettyJsonBytes(withFields(livePoolDocument(decision, pool), facts))],
    [SHADOW_FILES.live_pool_legacy, prettyJsonBytes(withFields(livePoolLegacyDocument(decision, pool), facts))],
    [SHADOW_FILES.manifest, manifestBytes(manifest)],
  ]);
  return { version, manifest, files };
}

/** release_manifest.json of a shadow release. */
export function manifestBytes(manifest: ShadowManifest): Uint8Array {
  return prettyJsonBytes(jsonTree({ ...manifest, regime_confidence: jsonFloat(manifest.regime_confidence) }));
}

function manifestOf(decision: PoolDecision, context: ShadowReleaseContext, version: string): ShadowManifest {
  const symbols = poolSymbols(decision);
  return {
    version,
    as_of_date: decision.asOfDate,
    activation_date: context.activationDate,
    mode: decision.mode,
    source_project: context.params.source_project,
    pool_size: symbols.length,
    expected_pool_size: context.params.pool.size,
    symbols: [...symbols],
    ...trackFacts(context.track),
    regime: decision.regime,
    regime_confidence: decision.regimeConfidence,
    selection_meta_fields: [...META_FIELDS],
    artifacts: {
      live_pool: `${version}/${SHADOW_FILES.live_pool}`,
      live_pool_legacy: `${version}/${SHADOW_FILES.live_pool_legacy}`,
    },
  };
}

function trackFacts({ profile_name, source_track, candidate_status }: ShadowTrack) {
  return { profile: profile_name, source_track, candidate_status };
}

/** The document with further members at its end. */
function withFields(document: JsonNode, fields: { readonly [key: string]: JsonInput }): JsonNode {
  const added = jsonTree(fields);
  if (document.kind !== 'object' || added.kind !== 'object') return document;
  return { kind: 'object', entries: [...document.entries, ...added.entries] };
}
