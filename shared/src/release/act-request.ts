import { type ActRequest, actRequestSchema } from '../contracts/act-request.ts';
import { checkContract } from '../contracts/decode.ts';
import { DOCUMENT_PATHS } from '../contracts/names.ts';
import type { SwitchAction } from '../contracts/switch-statement.ts';
import { LivepoolError } from '../core/errors.ts';
import { formatInstantZ } from '../core/instant.ts';
import type { DocumentTransaction } from '../ports/document-store.ts';
import type { ReleaseDeps } from './release-deps.ts';

/** Who asks for an act, who agrees, and why. */
export interface Approval {
  readonly reason?: string | undefined;
  readonly requestedBy: string;
  /** The second person; may be the same where the policy allows self-approval, but must be said. */
  readonly approvedBy: string;
}

/** Throws APPROVAL_REQUIRED unless a second person agreed, and gave a reason where the action needs one. */
export function requireApproval(deps: ReleaseDeps, approval: Approval, needsReason: boolean): void {
  const missing = approvalFault(approval, needsReason, deps.policy.selfApproval);
  if (missing === null) return;
  throw new LivepoolError('APPROVAL_REQUIRED', 'terminal', missing, { requested_by: approval.requestedBy });
}

/**
 * Writes the audit row of an act before its effect, or finds the one of an earlier try. The same key with other contents is
 * RUN_CONFLICT: a key names one act for ever.
 */
export async function openRequest(
  deps: ReleaseDeps,
  runKey: string,
  wish: { readonly action: SwitchAction; readonly target: string; readonly approval: Approval },
): Promise<ActRequest> {
  const row: ActRequest = {
    action: wish.action,
    target: wish.target,
    reason: wish.approval.reason?.trim() || null,
    requested_by: wish.approval.requestedBy.trim(),
    approved_by: wish.approval.approvedBy.trim(),
    requested_at: formatInstantZ(deps.clock.nowMs()),
    condemns: null,
    publish_seq: null,
  };
  return deps.documents.transaction(async (tx) => {
    const known = await readRequest(tx, runKey);
    if (known === null) tx.create(DOCUMENT_PATHS.request(runKey), row);
    else if (!isSameWish(known, row)) throw keyTaken(runKey, known);
    return known ?? row;
  });
}

/** Audit row of a key, or null; an unreadable one is STORE_CORRUPT. */
export async function readRequest(tx: Pick<DocumentTransaction, 'get'>, runKey: string): Promise<ActRequest | null> {
  const path = DOCUMENT_PATHS.request(runKey);
  const data = await tx.get(path);
  if (data === null) return null;
  const row = checkContract(actRequestSchema, data, path);
  if (row.ok) return row.value;
  throw new LivepoolError('STORE_CORRUPT', 'terminal', row.error.message, row.error.details);
}

function approvalFault(approval: Approval, needsReason: boolean, selfApproval: boolean): string | null {
  const [asker, agreer] = [approval.requestedBy.trim(), approval.approvedBy.trim()];
  if (asker === '' || agreer === '') return 'this act needs a second person: name who asks and who approves';
  if (asker === agreer && !selfApproval) return `${asker} cannot approve their own request; a second person must`;
  return needsReason && (approval.reason ?? '').trim() === '' ? 'this act needs a reason' : null;
}

function isSameWish(a: ActRequest, b: ActRequest): boolean {
  return a.action === b.action && a.target === b.target && a.reason === b.reason && a.approved_by === b.approved_by;
}

function keyTaken(runKey: string, known: ActRequest): LivepoolError {
  const message = `run key ${runKey} already names ${known.action} to ${known.target}; use another key`;
  return new LivepoolError('RUN_CONFLICT', 'terminal', message, { run_key: runKey, known });
}
