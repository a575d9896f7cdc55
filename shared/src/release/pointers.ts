import { ARTIFACT_FILES, MANIFEST_FILE } from '../contracts/artifact-files.ts';
import { currentObject, currentPrefix, objectUri, type ReleaseLayout, releaseObject, releasePrefix } from './layout.ts';

/** URIs that the reference's summary payload carries, in its order of keys (release spec §5, "Plan"). */
export function contractPointers(layout: ReleaseLayout, version: string) {
  const current = (file: Parameters<typeof currentObject>[1]): string => objectUri(layout, currentObject(layout, file));
  const versioned = (file: Parameters<typeof currentObject>[1]): string =>
    objectUri(layout, releaseObject(layout, version, file));
  return {
    storage_prefix: objectUri(layout, releasePrefix(layout, version)),
    current_prefix: objectUri(layout, currentPrefix(layout)),
    live_pool_legacy_uri: current(ARTIFACT_FILES.live_pool_legacy),
    live_pool_uri: current(ARTIFACT_FILES.live_pool),
    latest_universe_uri: current(ARTIFACT_FILES.latest_universe),
    latest_ranking_uri: current(ARTIFACT_FILES.latest_ranking),
    versioned_live_pool_legacy_uri: versioned(ARTIFACT_FILES.live_pool_legacy),
    artifact_manifest_uri: current(MANIFEST_FILE),
    versioned_artifact_manifest_uri: versioned(MANIFEST_FILE),
  };
}

/** The immutable URIs that the reference does not have. */
export function versionedPointers(layout: ReleaseLayout, version: string) {
  const versioned = (file: Parameters<typeof currentObject>[1]): string =>
    objectUri(layout, releaseObject(layout, version, file));
  return {
    versioned_live_pool_uri: versioned(ARTIFACT_FILES.live_pool),
    versioned_latest_universe_uri: versioned(ARTIFACT_FILES.latest_universe),
    versioned_latest_ranking_uri: versioned(ARTIFACT_FILES.latest_ranking),
  };
}
