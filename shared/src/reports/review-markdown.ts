import type { MonthlyReview } from '../contracts/release-reports.ts';
import { bullets, orNone, page, section } from './markdown.ts';

/** monthly_review.md: the review as a page for people. */
export function reviewMarkdown(review: MonthlyReview): string {
  const { official_baseline: official, publish } = review;
  return page(
    section(1, 'Monthly review', `Generated ${review.generated_at_utc}, status ${review.status}`),
    section(
      2,
      'Official baseline',
      bullets([
        `As of: ${review.as_of_date}`,
        `Version: ${official.version} (mode ${official.mode}, profile ${official.profile})`,
        `Pool: ${orNone(official.symbols)} (${official.pool_size})`,
        `Act: ${publish.publish_seq} (${publish.action ?? 'unknown'}), high water ${publish.high_water ?? 'none'}`,
      ]),
    ),
    section(2, 'Shadow tracks', review.tracks.map(trackText).join('\n\n')),
    section(2, 'Warnings', bullets(review.warnings)),
    section(2, 'Checklist', bullets(review.operator_checklist)),
    section(2, 'Questions', bullets(review.review_questions)),
    section(2, 'Sources', bullets(Object.entries(review.source_files).map(([name, place]) => `${name}: ${place}`))),
  );
}

/** monthly_review_prompt.md: what a reviewer, human or model, is asked. A review may add questions; it decides nothing. */
export function reviewPrompt(review: MonthlyReview): string {
  return page(
    section(
      1,
      'Review of a monthly release',
      [
        `Read monthly_review.md of ${review.as_of_date} and answer the questions from what stands there.`,
        'Say what is missing instead of guessing. A review may add questions; it approves, publishes and edits nothing.',
        'Shadow results are out of sample but not traded: never put them on one line with live results.',
      ].join('\n'),
    ),
    section(2, 'Questions', bullets(review.review_questions)),
    section(2, 'Warnings to explain', bullets(review.warnings)),
  );
}

function trackText(track: MonthlyReview['tracks'][number]): string {
  const head = `**${track.track_id}** (${track.candidate_status}, learns ${track.target_mode}): ${track.release_count} releases, ${track.first_as_of_date} to ${track.last_as_of_date}`;
  if (track.latest === null) return `${head}\n\n- no release of this date`;
  const { latest } = track;
  return `${head}\n\n${bullets([
    `Pool: ${orNone(latest.symbols)}, acts from ${latest.activation_date}`,
    `In both pools: ${latest.overlap_with_official}; only here: ${orNone(latest.only_in_track)}; only official: ${orNone(latest.only_in_official)}`,
    `Churn against its release before: ${latest.pool_churn?.toFixed(2) ?? '–'}`,
  ])}`;
}
