import type { HeadDocument } from '../contracts/head-document.ts';
import type { SwitchAction } from '../contracts/switch-statement.ts';
import { formatInstantZ } from '../core/instant.ts';
import type { Refusal } from '../core/result.ts';
import { ageDays } from './expiry.ts';
import { activeHold } from './head.ts';
import { compareVersions, requireVersion } from './version.ts';

/** What an action is judged by, besides the head. */
export interface ActFacts {
  readonly action: SwitchAction;
  readonly target: string;
  readonly asOfDate: string;
  readonly acceptStale: boolean;
  readonly maxAgeDays: number;
  readonly nowMs: number;
}

/**
 * Whether an action may begin in this state (release spec §6, table of actions). Pure; asked again inside the INTENT transaction.
 * An open switch of the same action and target is no new act and is not judged; only a rollback may meet any other one.
 */
export function refuseAct(head: HeadDocument, act: ActFacts): Refusal | null {
  const foreign = otherMode(head, act.target);
  if (foreign !== null) return foreign;
  switch (act.action) {
    case 'publish':
      return refuseHeld(head, act.nowMs) ?? refuseSuperseded(head, act.target) ?? refuseStale(act, 'VALIDATION_FAILED');
    case 'rollback':
      return refuseRollbackOrder(head, act.target) ?? refuseStale(act, 'ROLLBACK_TARGET_STALE');
    case 'restore':
      return refuseRestoreOrder(head, act.target) ?? refuseStale(act, 'ROLLBACK_TARGET_STALE');
  }
}

/** HELD while a hold on publishing is active. */
export function refuseHeld(head: HeadDocument, nowMs: number): Refusal | null {
  const hold = activeHold(head, nowMs);
  if (hold === null) return null;
  return { code: 'HELD', message: `publishing is on hold until ${hold.until}: ${hold.reason}`, details: { ...hold } };
}

/** SUPERSEDED when the target is not above everything ever offered or condemned (rule O4). */
export function refuseSuperseded(head: HeadDocument, target: string): Refusal | null {
  if (head.high_water === null || compareVersions(target, head.high_water) > 0) return null;
  const message = `${target} is not newer than ${head.high_water}, the newest version ever offered; only a restore may bring it back`;
  return { code: 'SUPERSEDED', message, details: { target, high_water: head.high_water } };
}

/** High-water mark after the intent of an action. */
export function nextHighWater(head: HeadDocument, act: Pick<ActFacts, 'action' | 'target'>): string | null {
  if (act.action === 'publish') return act.target;
  return act.action === 'rollback' ? greatest(head.high_water, head.committed_version) : head.high_water;
}

/** The version that a rollback takes out of use: the greatest that readers see or are about to see. */
export function condemnedBy(head: HeadDocument): string | null {
  return greatest(head.committed_version, head.switching ? head.target : null);
}

function otherMode(head: HeadDocument, target: string): Refusal | null {
  const known = greatest(head.high_water, head.committed_version);
  if (known === null || requireVersion(known).mode === requireVersion(target).mode) return null;
  return {
    code: 'VERSION_NOT_COMPARABLE',
    message: `${target} and ${known} belong to different modes`,
    details: { target, known },
  };
}

/** A rollback leaves the committed version, or the one that an open switch was about to commit, for an older one. */
function refuseRollbackOrder(head: HeadDocument, target: string): Refusal | null {
  const left = condemnedBy(head);
  if (left !== null && compareVersions(target, left) < 0) return null;
  const message = `rollback needs a version older than ${left ?? 'the committed one'}; ${target} is not`;
  return { code: 'ROLLBACK_TARGET_INVALID', message, details: { target, committed: head.committed_version } };
}

function refuseRestoreOrder(head: HeadDocument, target: string): Refusal | null {
  const { committed_version: committed, high_water: highWater } = head;
  const isBetween =
    committed !== null && highWater !== null && compareVersions(target, committed) > 0 && compareVersions(target, highWater) <= 0;
  if (isBetween) return null;
  const message = `restore needs a version newer than ${committed ?? '(none committed)'} and at most ${highWater ?? '(none offered)'}; ${target} is not`;
  return { code: 'ROLLBACK_TARGET_INVALID', message, details: { target, committed, high_water: highWater } };
}

function refuseStale(act: ActFacts, code: string): Refusal | null {
  const age = ageDays(act.asOfDate, formatInstantZ(act.nowMs).slice(0, 10));
  if (age <= act.maxAgeDays || act.acceptStale) return null;
  const message = `${act.target} is ${age} days old and consumers drop pools older than ${act.maxAgeDays} days; accept that explicitly or publish a correction`;
  return { code, message, details: { target: act.target, age_days: age, max_age_days: act.maxAgeDays } };
}

function greatest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return compareVersions(a, b) >= 0 ? a : b;
}
