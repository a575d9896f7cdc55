import { RELEASE_INDEX_FILE, TRACK_SUMMARY_FILE } from '../contracts/shadow-release.ts';
import { utf8 } from '../core/text-bytes.ts';
import { releaseIndexCsv, trackIndexPath, trackSummaryCsv } from './release-index.ts';
import type { ShadowHistory, TrackReleases } from './shadow-history.ts';

/** Files of a folder under their relative paths. */
export type FileTree = ReadonlyMap<string, Uint8Array>;

/** `shadow_candidate_tracks/`: track_summary.csv, and per track release_index.csv and a folder a release. */
export function candidateTrackFiles({ tracks }: ShadowHistory): FileTree {
  const files = tracks.flatMap((track) =>
    [...trackFiles(track)].map(([path, bytes]) => [`${track.track.track_id}/${path}`, bytes] as const),
  );
  const summary = trackSummaryCsv(
    tracks.map(({ track, releases }) => ({
      track,
      manifests: releases.map(({ manifest }) => manifest),
      indexPath: trackIndexPath(track.track_id),
    })),
  );
  return new Map([...files, [TRACK_SUMMARY_FILE, utf8(summary)]]);
}

/** `shadow_releases/`: one track by itself, release_index.csv last. */
export function trackFiles({ releases }: TrackReleases): FileTree {
  const files = releases.flatMap(({ version, files: own }) =>
    [...own].map(([name, bytes]) => [`${version}/${name}`, bytes] as const),
  );
  const index = releaseIndexCsv(releases.map(({ manifest }) => manifest));
  return new Map([...files, [RELEASE_INDEX_FILE, utf8(index)]]);
}
