import {
  BUNDLE_FILES,
  type BundleFile,
  type MonthlyReview,
  type ReleaseStatus,
  type ReportBundle,
} from '../contracts/release-reports.ts';
import { jsonTree } from '../core/json-tree.ts';
import { utf8 } from '../core/text-bytes.ts';
import { prettyJsonBytes } from '../release/json-text.ts';
import { bullets, orNone, page, section } from './markdown.ts';
import { monthlyReview, reviewDocument } from './monthly-review.ts';
import { reviewMarkdown, reviewPrompt } from './review-markdown.ts';
import { shadowBuildSummary } from './shadow-summary.ts';
import type { ShadowTables } from './shadow-tables.ts';
import { statusMarkdown } from './status-markdown.ts';
import { statusDocument } from './status-summary.ts';
import { telegramText } from './telegram-text.ts';

/** Files of a report by name, in writing order. */
export type ReportFiles = ReadonlyMap<string, Uint8Array>;

/** release_status_summary.json and .md. */
export function statusFiles(status: ReleaseStatus): ReportFiles {
  return new Map([
    ['release_status_summary.json', prettyJsonBytes(statusDocument(status))],
    ['release_status_summary.md', utf8(statusMarkdown(status))],
  ]);
}

/** The bundle of a month (release spec §11), its manifest last. A function of its arguments: the same facts, the same bytes. */
export function monthlyBundle(status: ReleaseStatus, shadow: ShadowTables): ReportFiles {
  const summary = shadowBuildSummary(status, shadow);
  const review = monthlyReview(status, summary, shadow);
  const bundle = bundleManifest(status);
  const texts: Readonly<Record<Exclude<BundleFile, 'release_status_summary.json' | 'release_status_summary.md'>, Uint8Array>> = {
    'monthly_shadow_build_summary.json': prettyJsonBytes(jsonTree(summary)),
    'monthly_review.json': prettyJsonBytes(reviewDocument(review)),
    'monthly_review.md': utf8(reviewMarkdown(review)),
    'monthly_review_prompt.md': utf8(reviewPrompt(review)),
    'monthly_telegram.txt': utf8(telegramText(status, review)),
    'ai_review_input.md': utf8(reviewInput(bundle, status, review)),
    'job_summary.md': utf8(jobSummary(bundle, review)),
    'monthly_report_bundle.json': prettyJsonBytes(jsonTree(bundle)),
  };
  return new Map([...statusFiles(status), ...Object.entries(texts)]);
}

function bundleManifest({ official_release: release, generated_at_utc }: ReleaseStatus): ReportBundle {
  return {
    artifact_name: `monthly-report-${release.as_of_date}`,
    report_month: release.as_of_date.slice(0, 7),
    as_of_date: release.as_of_date,
    mode: release.mode,
    pool_size: release.pool_size,
    symbols: release.symbols,
    version: release.version,
    generation_timestamp_utc: generated_at_utc,
    artifact_files: [...BUNDLE_FILES],
  };
}

/** job_summary.md: one screen for whoever looks at the run. */
function jobSummary(bundle: ReportBundle, review: MonthlyReview): string {
  return page(
    section(
      1,
      `Monthly report ${bundle.report_month}`,
      bullets([
        `Version: ${bundle.version}`,
        `Status: ${review.status}`,
        `Pool: ${orNone(bundle.symbols)}`,
        'Read first: `release_status_summary.md`, then `monthly_review.md`',
      ]),
    ),
    section(2, 'Warnings', bullets(review.warnings)),
    section(2, 'Files', bullets(bundle.artifact_files.map((file) => `\`${file}\``))),
  );
}

/** ai_review_input.md: everything a reviewer needs in one file. */
function reviewInput(bundle: ReportBundle, status: ReleaseStatus, review: MonthlyReview): string {
  return [reviewPrompt(review), statusMarkdown(status), reviewMarkdown(review), `<!-- ${bundle.artifact_name} -->\n`].join('\n');
}
