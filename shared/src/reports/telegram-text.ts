import type { MonthlyReview, ReleaseStatus } from '../contracts/release-reports.ts';

const MOST_WARNINGS = 4;

/** monthly_telegram.txt: a message that fits a phone. It is written, never sent, by the report itself. */
export function telegramText(status: ReleaseStatus, review: MonthlyReview): string {
  const { official_release: release, publish_summary: publish, validation } = status;
  const tracks = review.tracks.map(
    ({ track_id: id, last_as_of_date: last, release_count: count }) => `${id} ${count} to ${last}`,
  );
  const shown = review.warnings.slice(0, MOST_WARNINGS);
  const more = review.warnings.length - shown.length;
  return [
    'Live pool, monthly release',
    `status: ${review.status}`,
    `as of: ${release.as_of_date}`,
    `official: ${release.version}, ${release.pool_size} symbols, act ${publish.publish_seq}`,
    `shadow: ${tracks.join('; ')}`,
    `manifest: ${validation.artifact_manifest_present ? 'present' : 'missing'}`,
    `validation: ${validation.ok ? 'ok' : 'failed'}, age ${validation.age_days ?? 'unknown'} days`,
    ...(shown.length === 0 ? ['warnings: none'] : shown.map((text) => `warning: ${text}`)),
    ...(more > 0 ? [`and ${more} more`] : []),
    '',
  ].join('\n');
}
