import { invariant } from '../core/errors.ts';
import type { Refusal } from '../core/result.ts';
import type { Act } from './act.ts';
import { type OpenSwitch, openSwitchOf } from './head.ts';
import { acquire, type Lease, releaseLease } from './publish/acquire.ts';
import { commit } from './publish/commit.ts';
import { copyToCurrent } from './publish/copy.ts';
import { openIntent } from './publish/intent.ts';
import { observe } from './publish/observe.ts';
import type { ReleaseDeps } from './release-deps.ts';
import { loadSealed } from './sealed-release.ts';

/** What became of an act; `adopted` is a switch of somebody else that was finished first. */
export type SwitchOutcome = (
  | { readonly kind: 'committed'; readonly publishSeq: number }
  /** The act of this key is in the log already. */
  | { readonly kind: 'settled'; readonly publishSeq: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
) & { readonly adopted: OpenSwitch | null };

/** Asked when the epoch is mine and no switch is open, with the committed version that the act would replace. */
export type LastLook = (committedVersion: string | null) => Promise<Refusal | null>;

const NO_LAST_LOOK: LastLook = async () => null;

/**
 * Steps 7–11 of release spec §6: the one code path that moves the pointer, for publish, rollback and restore alike. An open switch
 * is first finished under a new number; only a rollback overrides it.
 */
export async function switchTo(deps: ReleaseDeps, act: Act, lastLook: LastLook = NO_LAST_LOOK): Promise<SwitchOutcome> {
  const lease = await acquire(deps, { holder: act.request, seize: act.action === 'rollback' });
  const open = act.action === 'rollback' ? null : openSwitchOf(lease.head);
  if (open === null) return { ...(await finish(deps, lease, act, lastLook)), adopted: null };
  const adopted = await adopt(deps, lease, open);
  if (isMine(open, act)) {
    await releaseLease(deps, lease);
    return { kind: 'committed', publishSeq: adopted.publishSeq, adopted: null };
  }
  const own = { ...lease, head: { ...lease.head, committed_version: open.target } };
  return { ...(await finish(deps, own, act, lastLook)), adopted };
}

/** Finishes the open switch of whoever began it; null when none is open. */
export async function finishOpenSwitch(
  deps: ReleaseDeps,
  claim: { readonly holder: string; readonly seize: boolean },
): Promise<OpenSwitch | null> {
  const lease = await acquire(deps, claim);
  const open = openSwitchOf(lease.head);
  const done = open === null ? null : await adopt(deps, lease, open);
  await releaseLease(deps, lease);
  return done;
}

/** Steps 8–11. */
async function finish(deps: ReleaseDeps, lease: Lease, act: Act, lastLook: LastLook, keepLease = false) {
  const observed = await observe(deps);
  const objection = await lastLook(lease.head.committed_version);
  if (objection !== null) await releaseLease(deps, lease);
  if (objection !== null) return { kind: 'refused', refusal: objection } as const;
  const outcome = await openIntent(deps, lease, act);
  if (outcome.kind !== 'open') return outcome;
  await copyToCurrent(deps, outcome.intent, observed);
  await commit(deps, outcome.intent, { keepLease });
  return { kind: 'committed', publishSeq: outcome.intent.publishSeq } as const;
}

/** The same target and action under a new number; the lease is kept for the act that adopts. */
async function adopt(deps: ReleaseDeps, lease: Lease, open: OpenSwitch): Promise<OpenSwitch> {
  const target = await loadSealed(deps, open.target);
  const act: Act = { action: open.action, target, request: open.request, acceptStale: true };
  const outcome = await finish(deps, lease, act, NO_LAST_LOOK, true);
  invariant(outcome.kind === 'committed', `the open switch to ${open.target} was neither open nor closed`);
  return { ...open, publishSeq: outcome.publishSeq };
}

function isMine(open: OpenSwitch, act: Act): boolean {
  return open.request === act.request && open.action === act.action && open.target === act.target.version;
}
