import type { MonthlyReview, ReleaseStatus, ShadowBuildSummary } from '../contracts/release-reports.ts';
import { type JsonNode, jsonFloat, jsonTree } from '../core/json-tree.ts';
import type { ReleaseIndexRow, TrackSummaryRow } from '../shadow/read-tables.ts';
import type { ShadowTables } from './shadow-tables.ts';

type ReviewedTrack = MonthlyReview['tracks'][number];

const CHECKLIST = [
  'Read every warning, and decide for each whether the release stands.',
  'Compare the pool with the one before: does each change have a reason in explain.json?',
  'See that the mirror and the summary document name this version (livepool release verify).',
  'See that every track has a release of this date.',
  'If the release must go, roll back with two people; never edit an object.',
];

const QUESTIONS = [
  'Is the chain of publishing consistent for this month: pool, manifest, document, mirror?',
  'Do the shadow tracks speak of the same date as the official release?',
  'Where a challenger picked other symbols, which of the differences would have mattered?',
  'Which open point must be settled before the next monthly run?',
];

/** The review of a month (release spec §11): official release and tracks side by side, and every disagreement as a warning. */
export function monthlyReview(status: ReleaseStatus, summary: ShadowBuildSummary, shadow: ShadowTables): MonthlyReview {
  const { official_release: release } = status;
  const warnings = [...disagreements(status, summary, shadow), ...validationWarnings(status)];
  return {
    generated_at_utc: status.generated_at_utc,
    as_of_date: release.as_of_date,
    status: status.validation.errors.length > 0 ? 'error' : warnings.length > 0 ? 'warning' : 'ok',
    official_baseline: {
      profile: summary.official_baseline.profile,
      version: release.version,
      mode: release.mode,
      pool_size: release.pool_size,
      symbols: release.symbols,
      source_project: release.source_project,
    },
    publish: status.publish_summary,
    tracks: shadow.tracks.map((track) => reviewedTrack(track, shadow.releases.get(track.track_id) ?? [], release)),
    warnings,
    operator_checklist: [...CHECKLIST],
    review_questions: [...QUESTIONS],
    source_files: { ...status.artifact_paths, track_summary: shadow.summaryPath },
  };
}

/** monthly_review.json; shares are floats. */
export function reviewDocument(review: MonthlyReview): JsonNode {
  const float = (value: number | null) => (value === null ? null : jsonFloat(value));
  const tracks = review.tracks.map(({ latest, ...track }) => ({
    ...track,
    latest: latest && { ...latest, pool_stability: float(latest.pool_stability), pool_churn: float(latest.pool_churn) },
  }));
  return jsonTree({ ...review, tracks });
}

/** Where as_of, version, mode or size of the same thing differ between two documents. */
function disagreements(
  { official_release: release }: ReleaseStatus,
  summary: ShadowBuildSummary,
  shadow: ShadowTables,
): string[] {
  const { official_baseline: baseline } = summary;
  const warnings: string[] = [];
  const compare = (what: string, left: unknown, right: unknown): void => {
    if (left !== right) warnings.push(`${what}: ${String(left)} and ${String(right)}`);
  };
  compare('as_of of summary and pool differ', summary.as_of_date, release.as_of_date);
  compare('version of summary and pool differ', baseline.version, release.version);
  compare('mode of summary and pool differ', baseline.mode, release.mode);
  compare('size of summary and pool differ', baseline.pool_size, release.pool_size);
  compare('pool_size and number of symbols differ', release.pool_size, release.symbols.length);
  for (const track of shadow.tracks) {
    const { track_id: id } = track;
    const rows = shadow.releases.get(id) ?? [];
    compare(`${id} does not end at the release`, track.last_as_of_date, release.as_of_date);
    compare(`${id} counts other releases than its index`, track.release_count, rows.length);
    const own = rows.find(({ as_of_date }) => as_of_date === release.as_of_date);
    if (own === undefined) continue;
    compare(`${id} has another mode`, own.mode, release.mode);
    compare(`${id} has another pool size`, own.pool_size, release.pool_size);
  }
  return warnings;
}

function validationWarnings({ validation }: ReleaseStatus): string[] {
  return [...validation.errors.map((text) => `error: ${text}`), ...validation.warnings.map((text) => `warning: ${text}`)];
}

function reviewedTrack(
  track: TrackSummaryRow,
  rows: readonly ReleaseIndexRow[],
  { as_of_date: asOf, symbols: official }: ReleaseStatus['official_release'],
): ReviewedTrack {
  const row = rows.find(({ as_of_date }) => as_of_date === asOf);
  if (row === undefined) return { ...track, latest: null };
  return {
    ...track,
    latest: {
      version: row.version,
      activation_date: row.activation_date,
      symbols: row.symbols,
      overlap_with_official: row.symbols.filter((symbol) => official.includes(symbol)).length,
      only_in_track: row.symbols.filter((symbol) => !official.includes(symbol)),
      only_in_official: official.filter((symbol) => !row.symbols.includes(symbol)),
      pool_stability: row.pool_stability,
      pool_churn: row.pool_churn,
    },
  };
}
