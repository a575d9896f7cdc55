import { ARTIFACT_FILES, type ArtifactKey, type FileBytes } from '../contracts/artifact-files.ts';
import type {
  ArtifactEntries,
  ArtifactManifest,
  ManifestInputs,
  RuntimeEvidenceIdentity,
} from '../contracts/artifact-manifest.ts';
import { ARTIFACT_CONTRACT_VERSION, ARTIFACT_NAME, STRATEGY_PROFILE } from '../contracts/names.ts';
import { type JsonNode, jsonTree } from '../core/json-tree.ts';
import { sha256Hex } from '../core/sha256.ts';
import { requireFile } from './digests.ts';

/** Facts of the manifest that are not in the four data files. */
export interface ManifestFacts {
  readonly asOfDate: string;
  readonly version: string;
  readonly mode: string;
  readonly symbols: readonly string[];
  readonly sourceProject: string;
  /** The run's logical time as the artifacts write it. */
  readonly generatedAt: string;
  /** Commit for block `identity`; undefined leaves the block out. */
  readonly sourceRevision?: string | undefined;
  /** Block `inputs`; undefined leaves it out. */
  readonly inputs?: ManifestInputs | undefined;
}

/** artifact_manifest.json, keys in the order of release spec §2; it binds the four data files of `files`. */
export function manifestDocument(facts: ManifestFacts, files: FileBytes): JsonNode {
  const artifacts = artifactEntries(files);
  const manifest: ArtifactManifest = {
    manifest_type: 'strategy_artifact',
    contract_version: ARTIFACT_CONTRACT_VERSION,
    strategy_profile: STRATEGY_PROFILE,
    artifact_type: 'live_pool',
    artifact_name: ARTIFACT_NAME,
    as_of_date: facts.asOfDate,
    snapshot_as_of: facts.asOfDate,
    version: facts.version,
    mode: facts.mode,
    symbol_count: facts.symbols.length,
    symbols: [...facts.symbols],
    source_project: facts.sourceProject,
    generated_at: facts.generatedAt,
    primary_artifact: 'live_pool',
    artifacts,
    runtime_evidence_identity:
      facts.sourceRevision === undefined ? undefined : identityBlock(facts, facts.sourceRevision, artifacts),
    ...facts.inputs,
  };
  return jsonTree(manifest);
}

/** Path and digest of each data file, in the manifest's order of keys. */
export function artifactEntries(files: FileBytes): ArtifactEntries {
  const entry = (key: ArtifactKey) => ({
    path: ARTIFACT_FILES[key],
    sha256: sha256Hex(requireFile(files, ARTIFACT_FILES[key])),
  });
  return {
    live_pool: entry('live_pool'),
    live_pool_legacy: entry('live_pool_legacy'),
    latest_ranking: entry('latest_ranking'),
    latest_universe: entry('latest_universe'),
  };
}

function identityBlock(facts: ManifestFacts, sourceRevision: string, artifacts: ArtifactEntries): RuntimeEvidenceIdentity {
  return {
    strategy_profile: STRATEGY_PROFILE,
    mode: facts.mode,
    source_revision: sourceRevision,
    input_timestamp: `${facts.asOfDate}T00:00:00Z`,
    artifact_contract: ARTIFACT_CONTRACT_VERSION,
    artifact_version: facts.version,
    artifacts,
  };
}
