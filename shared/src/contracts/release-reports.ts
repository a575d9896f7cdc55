import { z } from 'zod';
import { switchAction } from './switch-statement.ts';
import { dateText, instantText, symbolText } from './text-forms.ts';
import { versionText } from './version-text.ts';

const count = z.number().int().nonnegative();
const reportStatus = z.enum(['ok', 'warning', 'error']);
const lines = z.array(z.string());

/** release_status_summary.json (release spec §11): the committed release as it stands, for people and monitors. */
export const releaseStatusSchema = z.strictObject({
  generated_at_utc: instantText,
  /** error > warning > ok. */
  status: reportStatus,
  /** What live_pool.json says; where it cannot be read, which is an error below, what the version says, and nothing else. */
  official_release: z.strictObject({
    as_of_date: z.string(),
    version: z.string(),
    mode: z.string(),
    pool_size: count,
    symbols: lines,
    source_project: z.string(),
  }),
  artifact_summary: z.strictObject({
    latest_universe_symbol_count: count,
    latest_ranking_row_count: count,
    latest_ranking_selected_count: count,
    artifact_contract_version: z.string(),
    /** First five rows of the ranking. */
    ranking_preview: z.array(
      z.strictObject({
        current_rank: z.number().int().nullable(),
        symbol: z.string(),
        final_score: z.number().nullable(),
        selected_flag: z.boolean(),
      }),
    ),
  }),
  publish_summary: z.strictObject({
    dry_run: z.boolean(),
    publish_enabled: z.boolean(),
    release_prefix: z.string(),
    current_prefix: z.string(),
    firestore_collection: z.string(),
    firestore_document: z.string(),
    /** Number of the last committed act; 0 before the first. */
    publish_seq: count,
    action: switchAction.nullable(),
    high_water: versionText.nullable(),
    hold: z.strictObject({ until: instantText, reason: z.string() }).nullable(),
  }),
  validation: z.strictObject({
    ok: z.boolean(),
    manifest_present: z.boolean(),
    artifact_manifest_present: z.boolean(),
    age_days: z.number().int().nullable(),
    errors: lines,
    warnings: lines,
  }),
  /** File to URI. */
  artifact_paths: z.record(z.string(), z.string()),
});

const trackRow = z.strictObject({
  track_id: z.string(),
  profile_name: z.string(),
  target_mode: z.string(),
  source_track: z.string(),
  candidate_status: z.string(),
  release_count: count,
  first_as_of_date: z.string(),
  last_as_of_date: z.string(),
  release_index_path: z.string(),
});

/** monthly_shadow_build_summary.json: which shadow histories stand beside the official release. */
export const shadowBuildSummarySchema = z.strictObject({
  as_of_date: dateText,
  official_baseline: z.strictObject({
    profile: z.string(),
    source_track: z.string(),
    candidate_status: z.string(),
    version: versionText,
    mode: z.string(),
    pool_size: count,
    live_pool_path: z.string(),
    live_pool_legacy_path: z.string(),
    publish_manifest_path: z.string(),
  }),
  shadow_candidate_tracks: z.strictObject({
    root_dir: z.string(),
    track_summary_path: z.string(),
    tracks: z.array(trackRow),
  }),
});

/** monthly_review.json: the release of a month and its challengers side by side, with what a person has to look at. */
export const monthlyReviewSchema = z.strictObject({
  generated_at_utc: instantText,
  as_of_date: dateText,
  status: reportStatus,
  official_baseline: z.strictObject({
    profile: z.string(),
    version: z.string(),
    mode: z.string(),
    pool_size: count,
    symbols: lines,
    source_project: z.string(),
  }),
  publish: releaseStatusSchema.shape.publish_summary,
  tracks: z.array(
    trackRow.extend({
      /** The track's release of this date; null when it has none. */
      latest: z
        .strictObject({
          version: versionText,
          activation_date: dateText,
          symbols: z.array(symbolText),
          overlap_with_official: count,
          only_in_track: lines,
          only_in_official: lines,
          pool_stability: z.number().nullable(),
          pool_churn: z.number().nullable(),
        })
        .nullable(),
    }),
  ),
  warnings: lines,
  operator_checklist: lines,
  review_questions: lines,
  source_files: z.record(z.string(), z.string()),
});

/** monthly_report_bundle.json: what the bundle of a month holds. */
export const reportBundleSchema = z.strictObject({
  artifact_name: z.string(),
  /** `YYYY-MM`. */
  report_month: z.string(),
  as_of_date: dateText,
  mode: z.string(),
  pool_size: count,
  symbols: lines,
  version: versionText,
  generation_timestamp_utc: instantText,
  artifact_files: lines,
});

export type ReleaseStatus = z.infer<typeof releaseStatusSchema>;
export type ShadowBuildSummary = z.infer<typeof shadowBuildSummarySchema>;
export type MonthlyReview = z.infer<typeof monthlyReviewSchema>;
export type ReportBundle = z.infer<typeof reportBundleSchema>;

/** Files of the monthly bundle; its manifest is the last one written. */
export const BUNDLE_FILES = [
  'release_status_summary.json',
  'release_status_summary.md',
  'monthly_shadow_build_summary.json',
  'monthly_review.json',
  'monthly_review.md',
  'monthly_review_prompt.md',
  'monthly_telegram.txt',
  'ai_review_input.md',
  'job_summary.md',
  'monthly_report_bundle.json',
] as const;

export type BundleFile = (typeof BUNDLE_FILES)[number];
