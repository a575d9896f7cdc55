import { dayOfMs, formatDay } from '../core/calendar-day.ts';
import type { Refusal } from '../core/result.ts';
import { type AuditReport, auditRelease } from '../release/audit.ts';
import { ageDays } from '../release/expiry.ts';
import type { ReleaseReadDeps } from '../release/release-deps.ts';
import { parseVersion } from '../release/version.ts';
import type { Check } from './check.ts';

/** Consumers drop a pool after 45 days; from here on somebody should know (operations spec §10 A05). */
const STALE_POOL_DAYS = 40;

export const R02 = 'docs/operations/runbooks.md, R-02';

const OPEN_SWITCH: Check = {
  name: 'switch',
  state: 'warning',
  found: 'an act is open',
  remedy: 'if no process works on it: livepool release recover',
};

/** What the checks of the published release need to know beside the stores. */
export interface ReleaseCheckFacts {
  readonly environment: string;
  readonly nowMs: number;
  /** What makes the next release here. */
  readonly publishWith: string;
}

/** What the auditor finds between pointer, objects, mirror, log and signatures; whether an act is open; how old the release is. */
export async function checkRelease(deps: ReleaseReadDeps, facts: ReleaseCheckFacts): Promise<readonly Check[]> {
  const report = await auditRelease(deps, { allReleases: true });
  if (report.committedVersion === null && report.ok) {
    const found = `nothing published in ${facts.environment}`;
    return [{ name: 'release', state: 'warning', found, remedy: facts.publishWith }];
  }
  const failed = report.mismatches.map((finding): Check => {
    return { name: 'release', state: 'failed', found: `${finding.code}: ${finding.message}`, remedy: remedyOf(finding, report) };
  });
  const age = report.committedVersion === null ? [] : [checkAge(facts, report.committedVersion)];
  return [...failed, ...(report.switching ? [OPEN_SWITCH] : []), ...age];
}

/** What to do about a finding of the auditor. */
export function remedyOf(finding: Refusal, { mirror }: AuditReport): string {
  if (typeof finding.details?.remedy === 'string') return finding.details.remedy;
  return mirror.includes(finding) ? 'livepool release recover' : R02;
}

function checkAge({ nowMs, publishWith }: ReleaseCheckFacts, version: string): Check {
  const asOf = parseVersion(version)?.asOfDate ?? version.slice(0, 10);
  const days = ageDays(asOf, formatDay(dayOfMs(nowMs)));
  const found = `${version}, ${days} days old`;
  return days > STALE_POOL_DAYS
    ? { name: 'release', state: 'warning', found, remedy: `consumers drop a pool after 45 days: ${publishWith}` }
    : { name: 'release', state: 'ok', found };
}
