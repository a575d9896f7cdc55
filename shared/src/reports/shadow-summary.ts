import type { ReleaseStatus, ShadowBuildSummary } from '../contracts/release-reports.ts';
import { LivepoolError } from '../core/errors.ts';
import type { ShadowTables } from './shadow-tables.ts';

/** Status of the track that stands for the official pool. */
const OFFICIAL = 'official_reference';

/** monthly_shadow_build_summary.json: the official release and the histories beside it. DOCUMENT_UNREADABLE without a baseline track. */
export function shadowBuildSummary(status: ReleaseStatus, shadow: ShadowTables): ShadowBuildSummary {
  const baseline = shadow.tracks.find(({ candidate_status }) => candidate_status === OFFICIAL);
  if (baseline === undefined) {
    const message = `${shadow.summaryPath} has no track with status ${OFFICIAL}; build the histories with one`;
    throw new LivepoolError('DOCUMENT_UNREADABLE', 'terminal', message);
  }
  const { official_release: release, artifact_paths: paths } = status;
  return {
    as_of_date: release.as_of_date,
    official_baseline: {
      profile: baseline.profile_name,
      source_track: baseline.source_track,
      candidate_status: baseline.candidate_status,
      version: release.version,
      mode: release.mode,
      pool_size: release.pool_size,
      live_pool_path: paths.live_pool ?? '',
      live_pool_legacy_path: paths.live_pool_legacy ?? '',
      publish_manifest_path: paths.artifact_manifest ?? '',
    },
    shadow_candidate_tracks: {
      root_dir: shadow.rootDir,
      track_summary_path: shadow.summaryPath,
      tracks: [...shadow.tracks],
    },
  };
}
