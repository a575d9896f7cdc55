import type { HeadDocument } from '../contracts/head-document.ts';
import type { LogEntry } from '../contracts/log-entry.ts';
import { COLLECTIONS } from '../contracts/names.ts';
import type { ReleaseRegistryEntry } from '../contracts/release-registry.ts';
import { type OpenSwitch, openSwitchOf, readHead } from './head.ts';
import { readLog } from './read-log.ts';
import type { ReleaseReadDeps } from './release-deps.ts';
import { readRegistry } from './sealed-release.ts';
import { compareVersions, requireVersion } from './version.ts';

/**
 * committed: the pointer names it. condemned: newer than the committed one, and only a restore may bring it back. previous: was
 * committed once. sealed: never committed.
 */
export type ReleaseStatus = 'committed' | 'condemned' | 'previous' | 'sealed';

export interface ListedRelease {
  readonly version: string;
  readonly status: ReleaseStatus;
  readonly sealedAt: string;
  readonly runKey: string;
  readonly manifestSha256: string;
  readonly contentDigest: string;
  /** Numbers of the acts that made it current, ascending. */
  readonly publishSeqs: readonly number[];
}

export interface ReleaseList {
  /** Newest first. */
  readonly releases: readonly ListedRelease[];
  readonly committedVersion: string | null;
  readonly publishSeq: number;
  readonly highWater: string | null;
  readonly openSwitch: OpenSwitch | null;
  readonly hold: { readonly until: string; readonly reason: string } | null;
}

type ListDeps = Pick<ReleaseReadDeps, 'documents'>;

/** Every sealed release with what became of it. Read-only; nothing is verified here, see `auditRelease`. */
export async function listReleases({ documents }: ListDeps): Promise<ReleaseList> {
  const head = await readHead(documents);
  const log = await readLog(documents);
  const releases: ListedRelease[] = [];
  for (const { id } of await documents.list(COLLECTIONS.releases)) {
    const entry = await readRegistry(documents, id);
    if (entry !== null) releases.push(listed(id, entry, head, log));
  }
  return {
    releases: releases.sort((a, b) => newestFirst(a.version, b.version)),
    committedVersion: head.committed_version,
    publishSeq: head.committed_seq,
    highWater: head.high_water,
    openSwitch: openSwitchOf(head),
    hold: head.hold_until === null ? null : { until: head.hold_until, reason: head.hold_reason ?? '' },
  };
}

function listed(version: string, entry: ReleaseRegistryEntry, head: HeadDocument, log: readonly LogEntry[]): ListedRelease {
  const publishSeqs = log.filter((act) => act.version === version).map((act) => act.publish_seq);
  return {
    version,
    status: statusOf(version, head, publishSeqs.length > 0),
    sealedAt: entry.sealed_at,
    runKey: entry.run_key,
    manifestSha256: entry.manifest_sha256,
    contentDigest: entry.content_digest,
    publishSeqs,
  };
}

/** Order of two versions even where they belong to different modes. */
function newestFirst(a: string, b: string): number {
  const [left, right] = [requireVersion(a), requireVersion(b)];
  if (left.mode === right.mode) return -compareVersions(a, b);
  if (left.asOfDate !== right.asOfDate) return left.asOfDate < right.asOfDate ? 1 : -1;
  return left.mode < right.mode ? -1 : 1;
}

function statusOf(version: string, head: HeadDocument, wasCommitted: boolean): ReleaseStatus {
  const { committed_version: committed, high_water: highWater } = head;
  if (committed === version) return 'committed';
  const isComparable = committed !== null && requireVersion(committed).mode === requireVersion(version).mode;
  if (isComparable && compareVersions(version, committed) > 0 && highWater !== null && compareVersions(version, highWater) <= 0) {
    return 'condemned';
  }
  return wasCommitted ? 'previous' : 'sealed';
}
