import type { ActRequest } from '../../contracts/act-request.ts';
import type { HeadDocument } from '../../contracts/head-document.ts';
import { DOCUMENT_PATHS } from '../../contracts/names.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Refusal } from '../../core/result.ts';
import type { Act } from '../act.ts';
import { readRequest } from '../act-request.ts';
import { condemnedBy, nextHighWater, refuseAct } from '../action-rules.ts';
import { readHead, withoutLease } from '../head.ts';
import type { ReleaseDeps } from '../release-deps.ts';
import type { Lease } from './acquire.ts';

/** A switch under way: until COMMIT, `current/` may be mixed and the pointer is the old one. */
export interface Intent {
  readonly act: Act;
  readonly epoch: number;
  /** Never used by any other act, committed or not. */
  readonly publishSeq: number;
  /** The committed act before this one. */
  readonly prev: { readonly version: string | null; readonly seq: number; readonly logHash: string };
  /** Reason and approval, when people asked for this act. */
  readonly request: ActRequest | null;
}

export type IntentOutcome =
  | { readonly kind: 'open'; readonly intent: Intent }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Nothing is left to do: the act of this key is in the log, or the version to publish is current. */
  | { readonly kind: 'settled'; readonly publishSeq: number };

/**
 * Step 9 INTENT, one transaction: proves the epoch, judges the action, opens the switch under a fresh sequence number. An open
 * switch with the same action and target is continued under a new number; any other one only a rollback may override.
 */
export async function openIntent(deps: ReleaseDeps, lease: Lease, act: Act): Promise<IntentOutcome> {
  return deps.documents.transaction(async (tx): Promise<IntentOutcome> => {
    const head = await readHead(tx);
    const row = await readRequest(tx, act.request);
    requireEpoch(head, lease.epoch);
    const settledSeq = settled(head, act, row);
    if (settledSeq !== null) {
      tx.set(DOCUMENT_PATHS.head, withoutLease(head));
      return { kind: 'settled', publishSeq: settledSeq };
    }
    const refusal = isSameSwitch(head, act) ? null : judge(deps, head, act);
    if (refusal !== null) {
      tx.set(DOCUMENT_PATHS.head, withoutLease(head));
      return { kind: 'refused', refusal };
    }
    const request = row === null ? null : { ...row, condemns: condemned(head, act, row) };
    if (request !== null) tx.set(DOCUMENT_PATHS.request(act.request), request);
    const next = opened(head, act);
    tx.set(DOCUMENT_PATHS.head, next);
    const prev = { version: head.committed_version, seq: head.committed_seq, logHash: head.log_hash };
    return { kind: 'open', intent: { act, epoch: lease.epoch, publishSeq: next.publish_seq, prev, request } };
  });
}

/** Throws EPOCH_LOST (transient) when somebody else has acquired since: this process must touch nothing any more. */
export function requireEpoch(head: HeadDocument, epoch: number): void {
  if (head.epoch === epoch) return;
  const message = `another process took over (epoch ${head.epoch}, mine ${epoch}); run the same command again`;
  throw new LivepoolError('EPOCH_LOST', 'transient', message, { epoch: head.epoch, mine: epoch });
}

/**
 * A rollback or restore is settled by its audit row, a publish by being current: its version cannot come a second time (rule O4).
 */
function settled(head: HeadDocument, act: Act, row: ActRequest | null): number | null {
  if (act.action !== 'publish') return row?.publish_seq ?? null;
  return !head.switching && head.committed_version === act.target.version ? head.committed_seq : null;
}

function judge(deps: ReleaseDeps, head: HeadDocument, act: Act): Refusal | null {
  if (head.switching && act.action !== 'rollback') {
    throw new LivepoolError('EPOCH_LOST', 'transient', `an open switch to ${head.target} must be finished first; run again`);
  }
  return refuseAct(head, {
    action: act.action,
    target: act.target.version,
    asOfDate: act.target.statement.as_of_date,
    acceptStale: act.acceptStale,
    maxAgeDays: deps.policy.maxAgeDays,
    nowMs: deps.clock.nowMs(),
  });
}

/** A continued switch keeps what its first intent decided; only the number is new. */
function opened(head: HeadDocument, act: Act): HeadDocument {
  const target = act.target.version;
  const highWater = isSameSwitch(head, act) ? head.high_water : nextHighWater(head, { action: act.action, target });
  return {
    ...head,
    switching: true,
    target,
    action: act.action,
    request: act.request,
    publish_seq: head.publish_seq + 1,
    high_water: highWater,
  };
}

function condemned(head: HeadDocument, act: Act, row: ActRequest): string | null {
  if (act.action !== 'rollback') return null;
  return isSameSwitch(head, act) ? (row.condemns ?? head.high_water) : condemnedBy(head);
}

function isSameSwitch(head: HeadDocument, act: Act): boolean {
  return head.switching && head.target === act.target.version && head.action === act.action;
}
