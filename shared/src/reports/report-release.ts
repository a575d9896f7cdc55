import { sequenceText } from '../contracts/names.ts';
import { readHead } from '../release/head.ts';
import type { ReleaseReadDeps } from '../release/release-deps.ts';
import { loadSealed } from '../release/sealed-release.ts';
import type { ValidationOf } from '../release/verify-version.ts';
import { writeHeartbeat } from '../release/write-heartbeat.ts';
import { monthlyBundle, statusFiles } from './report-bundle.ts';
import { committedAction, type ReportFacts, readReportFacts } from './report-facts.ts';
import { readShadowTables } from './shadow-tables.ts';
import { releaseStatus } from './status-summary.ts';
import { isReported, type ReportPlace, storeReport } from './store-report.ts';

/** File whose presence says that a bundle is whole. */
const BUNDLE_MANIFEST = 'monthly_report_bundle.json';
const STATUS_FILE = 'release_status_summary.md';

export interface ReportDeps {
  readonly release: ReleaseReadDeps;
  readonly validation: ValidationOf;
}

/** How a report ended. `waiting`: all but the bundle is written; the shadow histories of the version are not there yet. */
export interface ReportOutcome {
  readonly kind: 'done' | 'duplicate' | 'waiting';
  readonly version: string;
  readonly place: ReportPlace;
  readonly status: 'ok' | 'warning' | 'error' | null;
}

/**
 * The report on the last committed act (release spec §11): heartbeat, status, and the bundle of the month once the release is
 * shadowed. The parts do not depend on each other: the heartbeat is tried first and whatever fails later cannot take it away, and
 * when it fails itself the rest is still written before the failure is thrown. Keyed by version and act, so it may be asked for
 * at any time; the time of the act is the time of the report, and the same state gives the same bytes.
 */
export async function reportAct(deps: ReportDeps): Promise<ReportOutcome> {
  const heartbeat = await settled(() => ensureHeartbeat(deps.release));
  const facts = await readReportFacts(deps.release, deps.validation);
  const place: ReportPlace = { kind: 'release', period: `${facts.version}/${sequenceText(facts.publishSeq)}` };
  const outcome = await writeReport(deps, facts, place, facts.committedAtMs, 'bundle');
  if (heartbeat.failure !== undefined) throw heartbeat.failure;
  return outcome;
}

/** The report of a day or week (the status) or of a month (the bundle), at its logical time. */
export async function reportPeriod(deps: ReportDeps, place: ReportPlace, atMs: number): Promise<ReportOutcome> {
  const facts = await readReportFacts(deps.release, deps.validation);
  return writeReport(deps, facts, place, atMs, place.kind === 'monthly' ? 'bundle' : 'status');
}

async function writeReport(
  { release }: ReportDeps,
  facts: ReportFacts,
  place: ReportPlace,
  atMs: number,
  wanted: 'status' | 'bundle',
): Promise<ReportOutcome> {
  const { version } = facts;
  const last = wanted === 'bundle' ? BUNDLE_MANIFEST : STATUS_FILE;
  if (await isReported(release, place, last)) return { kind: 'duplicate', version, place, status: null };
  const status = releaseStatus(facts, atMs);
  await storeReport(release, place, statusFiles(status));
  if (wanted === 'status') return { kind: 'done', version, place, status: status.status };
  const shadow = await readShadowTables(release, version);
  if (shadow === null) return { kind: 'waiting', version, place, status: status.status };
  await storeReport(release, place, monthlyBundle(status, shadow));
  return { kind: 'done', version, place, status: status.status };
}

/** A publisher that was killed right after its commit left none. */
async function ensureHeartbeat(release: ReleaseReadDeps): Promise<void> {
  const { committed_version: version, committed_seq: publishSeq } = await readHead(release.documents);
  if (version === null) return;
  const action = await committedAction(release, publishSeq);
  if (action === null) return;
  const { files } = await loadSealed(release, version);
  await writeHeartbeat(release, { files, action, publishSeq });
}

async function settled(step: () => Promise<void>): Promise<{ readonly failure?: unknown }> {
  try {
    await step();
    return {};
  } catch (failure) {
    return { failure };
  }
}
