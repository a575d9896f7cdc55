import type { HeadDocument } from '../../contracts/head-document.ts';
import { DOCUMENT_PATHS } from '../../contracts/names.ts';
import { LivepoolError } from '../../core/errors.ts';
import { formatInstantZ, parseInstant } from '../../core/instant.ts';
import { readHead, withoutLease } from '../head.ts';
import type { ReleaseDeps } from '../release-deps.ts';

/** An epoch of mine: every later write of this act proves that it is still the newest. */
export interface Lease {
  readonly epoch: number;
  /** Head as it was when the epoch began. Only the holder of the newest epoch changes target and sequence. */
  readonly head: HeadDocument;
}

export interface LeaseClaim {
  /** Run key of the act: a restarted run need not wait for its own lease. */
  readonly holder: string;
  /** Takes a lease that has not expired, as a rollback must be able to. */
  readonly seize: boolean;
}

/** Step 7 ACQUIRE: raises the epoch. Safe at any moment, since the lease is for liveness only; LEASE_BUSY while another holds it. */
export async function acquire(deps: ReleaseDeps, claim: LeaseClaim): Promise<Lease> {
  return deps.documents.transaction(async (tx) => {
    const head = await readHead(tx);
    const nowMs = deps.clock.nowMs();
    if (!claim.seize) refuseBusy(head, claim.holder, nowMs);
    const next: HeadDocument = {
      ...head,
      epoch: head.epoch + 1,
      holder: claim.holder,
      lease_until: formatInstantZ(nowMs + deps.policy.leaseMs),
    };
    tx.set(DOCUMENT_PATHS.head, next);
    return { epoch: next.epoch, head: next };
  });
}

/** Gives the lease up, if it is still mine, so that the next act need not wait for it. */
export async function releaseLease(deps: ReleaseDeps, { epoch }: Lease): Promise<void> {
  await deps.documents.transaction(async (tx) => {
    const head = await readHead(tx);
    if (head.epoch === epoch) tx.set(DOCUMENT_PATHS.head, withoutLease(head));
  });
}

function refuseBusy(head: HeadDocument, holder: string, nowMs: number): void {
  if (head.holder === null || head.holder === holder || head.lease_until === null) return;
  if ((parseInstant(head.lease_until) ?? 0) <= nowMs) return;
  const message = `${head.holder} holds the publishing lease until ${head.lease_until}; run the same command again after that`;
  throw new LivepoolError('LEASE_BUSY', 'transient', message, { holder: head.holder, lease_until: head.lease_until });
}
