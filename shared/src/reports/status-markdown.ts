import type { ReleaseStatus } from '../contracts/release-reports.ts';
import { bullets, orNone, page, section } from './markdown.ts';

/** release_status_summary.md: the status as a page for people. */
export function statusMarkdown(status: ReleaseStatus): string {
  const { official_release: release, artifact_summary: artifacts, publish_summary: publish, validation } = status;
  const preview = artifacts.ranking_preview.map(
    (row) =>
      `#${row.current_rank ?? '–'} ${row.symbol} score ${row.final_score?.toFixed(6) ?? '–'}${row.selected_flag ? ', selected' : ''}`,
  );
  const hold = publish.hold === null ? 'none' : `until ${publish.hold.until}: ${publish.hold.reason}`;
  return page(
    section(1, 'Release status', `Generated ${status.generated_at_utc}`),
    section(
      2,
      'Official release',
      bullets([
        `Status: ${status.status}`,
        `Version: ${release.version} (as of ${release.as_of_date}, mode ${release.mode})`,
        `Pool: ${orNone(release.symbols)} (${release.pool_size})`,
        `Source project: ${release.source_project}`,
      ]),
    ),
    section(
      2,
      'Artifacts',
      bullets([
        `Universe: ${artifacts.latest_universe_symbol_count} symbols`,
        `Ranking: ${artifacts.latest_ranking_row_count} rows, ${artifacts.latest_ranking_selected_count} selected`,
        `Contract: ${artifacts.artifact_contract_version}`,
      ]),
    ),
    section(3, 'First ranks', bullets(preview)),
    section(
      2,
      'Publishing',
      bullets([
        `Act: ${publish.publish_seq} (${publish.action ?? 'unknown'})`,
        `High water: ${publish.high_water ?? 'none'}`,
        `Hold: ${hold}`,
        `Release: ${publish.release_prefix}`,
        `Mirror: ${publish.current_prefix}`,
        `Document: ${publish.firestore_collection}/${publish.firestore_document}`,
      ]),
    ),
    section(2, 'Validation', bullets([`ok: ${validation.ok}`, `age: ${validation.age_days ?? 'unknown'} days`])),
    section(3, 'Errors', bullets(validation.errors)),
    section(3, 'Warnings', bullets(validation.warnings)),
  );
}
