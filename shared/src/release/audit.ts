import type { HeadDocument } from '../contracts/head-document.ts';
import type { Refusal } from '../core/result.ts';
import { findingsOf, mismatch } from './audit/finding.ts';
import { auditLogCopies } from './audit/log-copies.ts';
import { auditMirror } from './audit/mirror.ts';
import { auditPointer } from './audit/pointer.ts';
import { auditSealed } from './audit/sealed.ts';
import { verifyChain } from './chain.ts';
import { readHead } from './head.ts';
import { findLostRegistry } from './lost-registry.ts';
import { readLog } from './read-log.ts';
import type { ReleaseReadDeps } from './release-deps.ts';
import { compareVersions } from './version.ts';

export interface AuditOptions {
  /** Also writes the missing `log/<seq>.dsse.json`; everything else is read-only. Default false. */
  readonly copyLog?: boolean;
  /** Reads every sealed release instead of the committed one. Default false. */
  readonly allReleases?: boolean;
}

export interface AuditReport {
  readonly ok: boolean;
  readonly committedVersion: string | null;
  readonly publishSeq: number;
  readonly highWater: string | null;
  /** A switch is open: the mirror is not judged. */
  readonly switching: boolean;
  /** Everything that does not agree; codes AUDIT_MISMATCH, READBACK_MISMATCH, SIGNATURE_INVALID, NOT_SEALED, STORE_CORRUPT. */
  readonly mismatches: readonly Refusal[];
  /** Those of them that are about the mirror alone: `recover` can write it anew. */
  readonly mirror: readonly Refusal[];
}

/** Findings of one look at everything. */
interface Picture {
  readonly others: readonly Refusal[];
  readonly mirror: readonly Refusal[];
}

/** Acts that may happen during one audit before it gives up on a still picture. */
const MAX_PICTURES = 5;

/**
 * Compares pointer, registry, release bytes, mirror, chain and signatures with each other (release spec §8) and returns all
 * mismatches. An act during the audit makes it begin again, so that a mismatch is never a picture of two moments.
 */
export async function auditRelease(deps: ReleaseReadDeps, options: AuditOptions = {}): Promise<AuditReport> {
  for (let picture = 1; ; picture++) {
    const head = await readHead(deps.documents);
    const found = await auditPicture(deps, head, options);
    const later = await readHead(deps.documents);
    if (isSamePicture(head, later) || picture === MAX_PICTURES) return report(head, found);
  }
}

async function auditPicture(deps: ReleaseReadDeps, head: HeadDocument, options: AuditOptions): Promise<Picture> {
  const lost = await findLostRegistry(deps, head);
  // Without the registry every object is a stranger: one finding says more than one for each of them.
  if (lost !== null) return { others: [lost], mirror: [] };
  const others = [
    ...auditHighWater(head),
    ...(await findingsOf(() => auditChain(deps, head, options.copyLog ?? false))),
    ...(await findingsOf(() => auditSealed(deps, head.committed_version, options.allReleases ?? false))),
    ...(await findingsOf(() => auditPointer(deps, head))),
  ];
  return { others, mirror: head.switching ? [] : await findingsOf(() => auditMirror(deps, head)) };
}

function auditHighWater({ committed_version: committed, high_water: highWater }: HeadDocument): readonly Refusal[] {
  if (committed === null || (highWater !== null && compareVersions(highWater, committed) >= 0)) return [];
  return [mismatch(`high_water ${highWater ?? 'null'} lies below the committed version ${committed}`)];
}

async function auditChain(deps: ReleaseReadDeps, head: HeadDocument, copy: boolean): Promise<readonly Refusal[]> {
  const entries = await readLog(deps.documents);
  const { tip, mismatches } = verifyChain(entries, { keys: deps.trustedKeys, namespace: deps.namespace });
  const isTip = tip.seq === head.committed_seq && tip.hash === head.log_hash && tip.version === head.committed_version;
  const ends = `the log ends with act ${tip.seq} (${tip.version ?? 'none'}), head says ${head.committed_seq} (${head.committed_version ?? 'none'})`;
  return [...mismatches, ...(isTip ? [] : [mismatch(ends)]), ...(await auditLogCopies(deps, entries, copy))];
}

function isSamePicture(a: HeadDocument, b: HeadDocument): boolean {
  return a.publish_seq === b.publish_seq && a.committed_seq === b.committed_seq && a.switching === b.switching;
}

function report(head: HeadDocument, { others, mirror }: Picture): AuditReport {
  const mismatches = [...others, ...mirror];
  const { committed_version, committed_seq, high_water, switching } = head;
  return {
    ok: mismatches.length === 0,
    committedVersion: committed_version,
    publishSeq: committed_seq,
    highWater: high_water,
    switching,
    mismatches,
    mirror,
  };
}
