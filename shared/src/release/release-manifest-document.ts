import { ARTIFACT_FILES, type FileBytes, MANIFEST_FILE } from '../contracts/artifact-files.ts';
import { SUMMARY_COLLECTION, SUMMARY_DOCUMENT } from '../contracts/names.ts';
import { type JsonInput, type JsonNode, jsonOrdered, jsonTree } from '../core/json-tree.ts';
import { decodeRelease } from './decode-release.ts';
import { currentObject, currentPrefix, objectUri, type ReleaseLayout, releaseObject, releasePrefix } from './layout.ts';
import { contractPointers } from './pointers.ts';

/** What the reference's publisher was asked to do. */
export interface ReleaseManifestOptions {
  readonly layout: ReleaseLayout;
  readonly dryRun: boolean;
  readonly publishEnabled: boolean;
}

/**
 * The reference's `release_manifest.json` for these files (release spec §5, "Plan"): printed for parity by
 * `--emit release_manifest`, never an input of anything.
 */
export function releaseManifestDocument(files: FileBytes, options: ReleaseManifestOptions): JsonNode {
  const { pool, manifest } = decodeRelease(files);
  const { layout } = options;
  return jsonTree({
    version: pool.version,
    mode: pool.mode,
    dry_run: options.dryRun,
    publish_enabled: options.publishEnabled,
    as_of_date: pool.as_of_date,
    release_prefix: releasePrefix(layout, pool.version),
    current_prefix: currentPrefix(layout),
    artifacts: objectPlaces(layout, pool.version),
    firestore: {
      collection: SUMMARY_COLLECTION,
      document: SUMMARY_DOCUMENT,
      payload: {
        as_of_date: pool.as_of_date,
        mode: pool.mode,
        version: pool.version,
        pool_size: pool.pool_size,
        symbols: pool.symbols,
        symbol_map: jsonOrdered(Object.entries(pool.symbol_map)),
        ...contractPointers(layout, pool.version),
        artifact_contract_version: manifest.contract_version,
        generated_at: manifest.generated_at,
        source_project: pool.source_project,
      },
    },
  });
}

/** Object names and URIs of the five files, in the reference's order. */
function objectPlaces(layout: ReleaseLayout, version: string): JsonInput {
  const { latest_universe, latest_ranking, live_pool, live_pool_legacy } = ARTIFACT_FILES;
  const files = { latest_universe, latest_ranking, live_pool, live_pool_legacy, artifact_manifest: MANIFEST_FILE } as const;
  return jsonOrdered(
    Object.entries(files).map(([key, file]) => {
      const release = releaseObject(layout, version, file);
      const current = currentObject(layout, file);
      const place = {
        release_object: release,
        current_object: current,
        release_uri: objectUri(layout, release),
        current_uri: objectUri(layout, current),
      };
      return [key, place] as const;
    }),
  );
}
