import { type FileBytes, RELEASE_FILES } from '../contracts/artifact-files.ts';
import { checkContract, decodeContract } from '../contracts/decode.ts';
import { latestUniverseSchema } from '../contracts/latest-universe.ts';
import { logEntrySchema } from '../contracts/log-entry.ts';
import { DOCUMENT_PATHS } from '../contracts/names.ts';
import { RANKING_COLUMNS } from '../contracts/ranking-row.ts';
import { summaryDocumentSchema } from '../contracts/summary-document.ts';
import type { SwitchAction } from '../contracts/switch-statement.ts';
import type { ValidationFinding, ValidationResult } from '../contracts/validation-result.ts';
import { parseCsv } from '../core/csv.ts';
import { LivepoolError } from '../core/errors.ts';
import { parseInstant } from '../core/instant.ts';
import type { Refusal } from '../core/result.ts';
import { type ReleaseLayout, releasePrefix } from '../release/layout.ts';
import { listReleases } from '../release/list-releases.ts';
import type { ReleaseReadDeps } from '../release/release-deps.ts';
import { type RankingTable, rankingTable } from '../release/validate/ranking-table.ts';
import { loadReleaseFiles } from '../release/verify-release.ts';
import { type ValidationOf, verifyVersion } from '../release/verify-version.ts';

/** Everything that a report on the committed release says; read once, so that one report speaks of one moment. */
export interface ReportFacts {
  readonly layout: ReleaseLayout;
  readonly version: string;
  readonly validation: ValidationResult;
  /** What is wrong beyond the rules of the contract: seal, signature, sizes. */
  readonly findings: readonly Refusal[];
  readonly universeCount: number;
  /** Empty where the file cannot be read. */
  readonly ranking: RankingTable;
  readonly publishSeq: number;
  /** Action of the last committed act; null where its log entry cannot be read. */
  readonly action: SwitchAction | null;
  /** When that act was committed; 0 where the summary document cannot be read, which is among the findings. */
  readonly committedAtMs: number;
  readonly highWater: string | null;
  readonly hold: { readonly until: string; readonly reason: string } | null;
}

/** Reads and judges the release that the pointer names; NO_RELEASE before the first act. What is wrong with it becomes part of the facts. */
export async function readReportFacts(deps: ReleaseReadDeps, validation: ValidationOf): Promise<ReportFacts> {
  const { committedVersion: version, publishSeq, highWater, hold } = await listReleases(deps);
  if (version === null) {
    throw new LivepoolError('NO_RELEASE', 'terminal', 'nothing is published yet, so there is nothing to report on');
  }
  const verdict = await verifyVersion(deps, version, validation);
  const { files } = await loadReleaseFiles(deps.objects, releasePrefix(deps.layout, version));
  const summary = checkContract(summaryDocumentSchema, await deps.documents.get(DOCUMENT_PATHS.summary), DOCUMENT_PATHS.summary);
  return {
    layout: deps.layout,
    version,
    validation: verdict.validation,
    findings: summary.ok ? verdict.findings : [summary.error, ...verdict.findings],
    universeCount: universeCount(files),
    ranking: readRanking(files),
    publishSeq,
    action: await committedAction(deps, publishSeq),
    committedAtMs: summary.ok ? (parseInstant(summary.value.committed_at) ?? 0) : 0,
    highWater,
    hold,
  };
}

/** What moved the pointer by the act of that number; null where the log does not say. */
export async function committedAction(
  { documents }: Pick<ReleaseReadDeps, 'documents'>,
  publishSeq: number,
): Promise<SwitchAction | null> {
  const path = DOCUMENT_PATHS.logEntry(publishSeq);
  const entry = checkContract(logEntrySchema, await documents.get(path), path);
  return entry.ok ? entry.value.action : null;
}

/** A violation as one line of a report. */
export function findingLine({ rule, file, path, message }: ValidationFinding): string {
  return `${rule} ${file}${path === '' ? '' : ` ${path}`}: ${message}`;
}

/** Artifacts of the release by their key in reports. */
export function artifactUris({ layout, version }: ReportFacts): Readonly<Record<string, string>> {
  const uri = (file: string): string => `${layout.baseUri}/${releasePrefix(layout, version)}/${file}`;
  return Object.fromEntries(RELEASE_FILES.map((file) => [file.replace(/\.(json|csv)$/, ''), uri(file)]));
}

function universeCount(files: FileBytes): number {
  const bytes = files.get('latest_universe.json');
  const universe = bytes && decodeContract(latestUniverseSchema, bytes, 'latest_universe.json');
  return universe?.ok === true ? universe.value.symbols.length : 0;
}

function readRanking(files: FileBytes): RankingTable {
  const bytes = files.get('latest_ranking.csv');
  const table = bytes && parseCsv(bytes, { columns: RANKING_COLUMNS });
  return table?.ok === true ? rankingTable(table.value) : { header: [], lines: [] };
}
