import {
  RELEASE_INDEX_COLUMNS,
  RELEASE_INDEX_FILE,
  SHADOW_FILES,
  type ShadowManifest,
  TRACK_SUMMARY_COLUMNS,
} from '../contracts/shadow-release.ts';
import type { ShadowTrack } from '../contracts/shadow-tracks.ts';
import { csvLine } from '../core/csv-line.ts';
import { floatText } from '../core/number-text.ts';
import { compareVersions } from '../release/version.ts';

/** Share of a pool that was in the one before, and its complement; null for the first (vector RL-13). */
export interface PoolChange {
  readonly stability: number | null;
  readonly churn: number | null;
}

/** |∩ previous| / n and 1 − that (release spec §10). */
export function poolChange(symbols: readonly string[], previous: readonly string[] | undefined): PoolChange {
  if (previous === undefined) return { stability: null, churn: null };
  const before = new Set(previous);
  const stability = symbols.filter((symbol) => before.has(symbol)).length / symbols.length;
  return { stability, churn: 1 - stability };
}

/**
 * Text of release_index.csv: a function of the manifests that exist, ascending by as_of. Of several revisions of a date the newest
 * is listed.
 */
export function releaseIndexCsv(manifests: readonly ShadowManifest[]): string {
  const listed = newestRevisions(manifests);
  const lines = listed.map((manifest, k) => indexLine(manifest, poolChange(manifest.symbols, listed[k - 1]?.symbols)));
  return csvLine(RELEASE_INDEX_COLUMNS) + lines.join('');
}

/** One release per date, ascending: the highest revision. */
export function newestRevisions(manifests: readonly ShadowManifest[]): ShadowManifest[] {
  const ascending = manifests.toSorted((a, b) => compareVersions(a.version, b.version));
  return [...new Map(ascending.map((manifest) => [manifest.as_of_date, manifest])).values()];
}

function indexLine(manifest: ShadowManifest, change: PoolChange): string {
  const { version } = manifest;
  const cells: Record<(typeof RELEASE_INDEX_COLUMNS)[number], string | null> = {
    version,
    as_of_date: manifest.as_of_date,
    activation_date: manifest.activation_date,
    mode: manifest.mode,
    source_project: manifest.source_project,
    pool_size: String(manifest.pool_size),
    expected_pool_size: String(manifest.expected_pool_size),
    symbols: manifest.symbols.join('|'),
    profile: manifest.profile ?? null,
    source_track: manifest.source_track ?? null,
    candidate_status: manifest.candidate_status ?? null,
    regime: manifest.regime,
    regime_confidence: floatText(manifest.regime_confidence),
    pool_stability: change.stability === null ? null : floatText(change.stability),
    pool_churn: change.churn === null ? null : floatText(change.churn),
    has_selection_meta: manifest.selection_meta_fields.length > 0 ? 'True' : 'False',
    live_pool_path: manifest.artifacts.live_pool,
    live_pool_legacy_path: manifest.artifacts.live_pool_legacy,
    release_manifest_path: `${version}/${SHADOW_FILES.manifest}`,
  };
  return csvLine(RELEASE_INDEX_COLUMNS.map((column) => cells[column]));
}

/** One track as track_summary.csv counts it. */
export interface SummarisedTrack {
  readonly track: ShadowTrack;
  readonly manifests: readonly ShadowManifest[];
  /** Relative to the folder of the summary. */
  readonly indexPath: string;
}

/** Text of track_summary.csv, one line a track in the order given. */
export function trackSummaryCsv(tracks: readonly SummarisedTrack[]): string {
  const lines = tracks.map(({ track, manifests, indexPath }) => {
    const listed = newestRevisions(manifests);
    const cells: Record<(typeof TRACK_SUMMARY_COLUMNS)[number], string | null> = {
      ...track,
      release_count: String(listed.length),
      first_as_of_date: listed[0]?.as_of_date ?? null,
      last_as_of_date: listed.at(-1)?.as_of_date ?? null,
      release_index_path: indexPath,
    };
    return csvLine(TRACK_SUMMARY_COLUMNS.map((column) => cells[column]));
  });
  return csvLine(TRACK_SUMMARY_COLUMNS) + lines.join('');
}

/** `<track>/release_index.csv`. */
export function trackIndexPath(trackId: string): string {
  return `${trackId}/${RELEASE_INDEX_FILE}`;
}
