import { DOCUMENT_PATHS } from '../contracts/names.ts';
import { LivepoolError } from '../core/errors.ts';
import { formatInstantZ } from '../core/instant.ts';
import { type Approval, requireApproval } from './act-request.ts';
import { boundedDeps } from './bounded-deps.ts';
import { activeHold, readHead } from './head.ts';
import type { ReleaseDeps } from './release-deps.ts';

/** Longest hold: seven days (operations spec §14). */
const MAX_HOLD_MS = 7 * 86_400_000;

/** Stops publishing until `untilMs`: later runs end as HELD, rollback and restore stay possible. One person may do this. */
export async function holdPublishing(
  ports: ReleaseDeps,
  hold: { readonly untilMs: number; readonly reason: string; readonly requestedBy: string },
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  if (hold.untilMs <= nowMs || hold.untilMs - nowMs > MAX_HOLD_MS || hold.reason.trim() === '') {
    throw new LivepoolError('HOLD_INVALID', 'terminal', 'a hold needs a reason and an end within the next seven days');
  }
  await setHold(ports, formatInstantZ(hold.untilMs), `${hold.reason.trim()} (${hold.requestedBy})`);
}

/**
 * Ends a hold early; since that lets readers see something new, a second person must agree. False when no hold was in force: then
 * nothing is written.
 */
export async function liftHold(ports: ReleaseDeps, approval: Approval): Promise<boolean> {
  requireApproval(ports, approval, true);
  const head = await readHead(ports.documents);
  if (activeHold(head, ports.clock.nowMs()) === null) return false;
  await setHold(ports, null, null);
  return true;
}

async function setHold(ports: ReleaseDeps, until: string | null, reason: string | null): Promise<void> {
  const deps = boundedDeps(ports);
  await deps.documents.transaction(async (tx) => {
    const head = await readHead(tx);
    tx.set(DOCUMENT_PATHS.head, { ...head, hold_until: until, hold_reason: reason });
  });
}
