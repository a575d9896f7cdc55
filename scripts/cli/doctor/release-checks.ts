import type { Refusal } from '#shared/core/result.ts';
import { type AuditReport, auditRelease } from '#shared/release/audit.ts';
import { ageDays } from '#shared/release/expiry.ts';
import { readHead } from '#shared/release/head.ts';
import { verifyStored } from '#shared/release/verify-version.ts';
import { parseVersion } from '#shared/release/version.ts';
import type { Home } from '../home.ts';
import { validationFor } from '../judge-release.ts';
import type { Check } from './check.ts';

const STALE_POOL_DAYS = 40;

/** Whether the documents can be read at all. Throws STORE_CORRUPT and the like. */
export async function checkDocuments({ documents }: Home): Promise<Check> {
  const { publish_seq: seq } = await readHead(documents);
  return { name: 'documents', state: 'ok', found: seq === 0 ? 'no act yet' : `head at act ${seq}` };
}

/** Every release below `releases/`, judged from its objects and signature alone: all that can be said without the documents. */
export async function checkObjects(home: Home): Promise<readonly Check[]> {
  const versions = await storedVersions(home);
  const validation = validationFor(home.clock.nowMs(), 'strict');
  const broken: Check[] = [];
  for (const version of versions) {
    const { findings, validation: result } = await verifyStored(home.readDeps(), version, validation);
    // Age is no damage, and is said by the check of the committed release.
    const faults = [...findings.map(messageOf), ...result.errors.map(({ rule, file, message }) => `${rule} ${file}: ${message}`)];
    for (const found of faults) broken.push({ name: 'objects', state: 'failed', found: `${version}: ${found}`, remedy: R02 });
  }
  const found = versions.length === 0 ? 'no release' : `${versions.length} whole and signed: ${versions.join(', ')}`;
  return broken.length > 0 ? broken : [{ name: 'objects', state: 'ok', found }];
}

/** What the auditor finds, whether an act is open, and how old the committed release is. */
export async function checkRelease(home: Home): Promise<readonly Check[]> {
  const report = await auditRelease(home.readDeps(), { allReleases: true });
  if (report.committedVersion === null && report.ok) {
    const found = `nothing published in ${home.environment}`;
    return [{ name: 'release', state: 'warning', found, remedy: 'livepool pool run' }];
  }
  const failed = report.mismatches.map(
    (finding): Check => ({
      name: 'release',
      state: 'failed',
      found: `${finding.code}: ${messageOf(finding)}`,
      remedy: remedyOf(finding, report),
    }),
  );
  const age = report.committedVersion === null ? [] : [checkAge(home, report.committedVersion)];
  return [...failed, ...(report.switching ? [OPEN_SWITCH] : []), ...age];
}

const R02 = 'docs/operations/runbooks.md, R-02';

const OPEN_SWITCH: Check = {
  name: 'switch',
  state: 'warning',
  found: 'an act is open',
  remedy: 'if no process works on it: livepool release recover',
};

async function storedVersions(home: Home): Promise<readonly string[]> {
  const root = `${home.readDeps().layout.prefix}/releases/`;
  const names = (await home.objects.list(root)).map(({ name }) => name.slice(root.length).split('/')[0] ?? '');
  return [...new Set(names)];
}

function messageOf({ message }: Refusal): string {
  return message;
}

/** What to do about a finding of the auditor. */
export function remedyOf(finding: Refusal, { mirror }: AuditReport): string {
  if (typeof finding.details?.remedy === 'string') return finding.details.remedy;
  return mirror.includes(finding) ? 'livepool release recover' : R02;
}

function checkAge(home: Home, version: string): Check {
  const asOf = parseVersion(version)?.asOfDate ?? version.slice(0, 10);
  const days = ageDays(asOf, new Date(home.clock.nowMs()).toISOString().slice(0, 10));
  const found = `${version}, ${days} days old`;
  return days > STALE_POOL_DAYS
    ? { name: 'release', state: 'warning', found, remedy: 'consumers drop a pool after 45 days: livepool pool run' }
    : { name: 'release', state: 'ok', found };
}
