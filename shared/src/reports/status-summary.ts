import { SUMMARY_COLLECTION, SUMMARY_DOCUMENT } from '../contracts/names.ts';
import type { ReleaseStatus } from '../contracts/release-reports.ts';
import { formatInstant } from '../core/instant.ts';
import { type JsonNode, jsonFloat, jsonTree } from '../core/json-tree.ts';
import { currentPrefix, objectUri, releasePrefix } from '../release/layout.ts';
import { cellNumber, type RankingLine, selectedLines } from '../release/validate/ranking-table.ts';
import { requireVersion } from '../release/version.ts';
import { artifactUris, findingLine, type ReportFacts } from './report-facts.ts';

const PREVIEW_ROWS = 5;

/** The status of the committed release (release spec §11); `generatedAtMs` is the logical time of the report. */
export function releaseStatus(facts: ReportFacts, generatedAtMs: number): ReleaseStatus {
  const { layout, version, validation } = facts;
  const errors = [...facts.findings.map(({ code, message }) => `${code}: ${message}`), ...validation.errors.map(findingLine)];
  const warnings = validation.warnings.map(findingLine);
  const selected = selectedLines(facts.ranking);
  const named = requireVersion(version);
  return {
    generated_at_utc: formatInstant(generatedAtMs),
    status: errors.length > 0 ? 'error' : warnings.length > 0 ? 'warning' : 'ok',
    official_release: {
      as_of_date: validation.as_of_date ?? named.asOfDate,
      version: validation.version ?? version,
      mode: validation.mode ?? named.mode,
      pool_size: validation.pool_size ?? 0,
      symbols: validation.symbols,
      source_project: validation.source_project ?? '',
    },
    artifact_summary: {
      latest_universe_symbol_count: facts.universeCount,
      latest_ranking_row_count: facts.ranking.lines.length,
      latest_ranking_selected_count: selected.length,
      artifact_contract_version: validation.artifact_contract_version ?? '',
      ranking_preview: facts.ranking.lines.slice(0, PREVIEW_ROWS).map((line) => previewRow(line, selected)),
    },
    publish_summary: {
      dry_run: false,
      publish_enabled: true,
      release_prefix: objectUri(layout, releasePrefix(layout, version)),
      current_prefix: objectUri(layout, currentPrefix(layout)),
      firestore_collection: SUMMARY_COLLECTION,
      firestore_document: SUMMARY_DOCUMENT,
      publish_seq: facts.publishSeq,
      action: facts.action,
      high_water: facts.highWater,
      hold: facts.hold,
    },
    validation: {
      ok: errors.length === 0,
      manifest_present: validation.manifest_present,
      artifact_manifest_present: validation.artifact_manifest_present,
      age_days: validation.age_days,
      errors,
      warnings,
    },
    artifact_paths: artifactUris(facts),
  };
}

/** release_status_summary.json; scores are floats. */
export function statusDocument(status: ReleaseStatus): JsonNode {
  const { artifact_summary: artifacts } = status;
  const preview = artifacts.ranking_preview.map((row) => ({
    ...row,
    final_score: row.final_score === null ? null : jsonFloat(row.final_score),
  }));
  return jsonTree({ ...status, artifact_summary: { ...artifacts, ranking_preview: preview } });
}

function previewRow(line: RankingLine, selected: readonly RankingLine[]) {
  return {
    current_rank: cellNumber(line, 'current_rank') ?? null,
    symbol: line.cell('symbol'),
    final_score: cellNumber(line, 'final_score') ?? null,
    selected_flag: selected.includes(line),
  };
}
