import type { Refusal } from '../core/result.ts';
import { type Act, type ActResult, heldResult, refusedResult } from './act.ts';
import type { OpenSwitch } from './head.ts';
import { after, auditWarnings, type CommittedAct, type WorkflowRun, warningOf } from './publish/after.ts';
import { closeRun } from './publish/run.ts';
import type { ReleaseDeps } from './release-deps.ts';
import { loadSealed } from './sealed-release.ts';
import type { SwitchOutcome } from './switch.ts';

/** Step 12 AFTER for a switch and for one that it adopted; the answer of the act. */
export async function settleSwitch(
  deps: ReleaseDeps,
  act: Act,
  outcome: SwitchOutcome,
  workflow?: WorkflowRun,
): Promise<ActResult> {
  const { adopted } = outcome;
  const adoptedWarnings = await settleAdopted(deps, adopted, workflow);
  const { action, target } = act;
  if (outcome.kind === 'refused') {
    const { refusal } = outcome;
    const answer = refusal.code === 'HELD' ? heldResult(action, refusal) : refusedResult(action, target.version, refusal);
    return { ...answer, adopted, warnings: adoptedWarnings };
  }
  const { publishSeq } = outcome;
  const isMine = outcome.kind === 'committed' || action !== 'publish';
  const warnings = isMine
    ? await settleAct(deps, { runKey: act.request, action, publishSeq, target, workflow })
    : await auditWarnings(deps);
  return {
    outcome: isMine ? 'COMMITTED' : 'NO_OP',
    action,
    version: target.version,
    publishSeq,
    refusal: null,
    adopted,
    warnings: [...adoptedWarnings, ...warnings],
    ...(isMine && outcome.kind === 'settled' ? { isRepeat: true } : {}),
  };
}

/** The same for a switch of somebody else that this process finished. */
export async function settleAdopted(
  deps: ReleaseDeps,
  adopted: OpenSwitch | null,
  workflow?: WorkflowRun,
): Promise<readonly Refusal[]> {
  if (adopted === null) return [];
  try {
    const target = await loadSealed(deps, adopted.target);
    const { action, publishSeq, request } = adopted;
    return await settleAct(deps, { runKey: request, action, publishSeq, target, workflow });
  } catch (error) {
    return [warningOf('adopted switch', error)];
  }
}

/**
 * Outcome of the run, heartbeat, announcement, audit; returns what went wrong, the release stands all the same. Requests of people
 * have no run record: COMMIT itself closed their audit row.
 */
async function settleAct(deps: ReleaseDeps, act: CommittedAct): Promise<readonly Refusal[]> {
  const warnings: Refusal[] = [];
  try {
    const { action, runKey, publishSeq } = act;
    if (action === 'publish') await closeRun(deps, runKey, { outcome: 'PUBLISHED', publishSeq, refusal: null });
  } catch (error) {
    warnings.push(warningOf('run outcome', error));
  }
  return [...warnings, ...(await after(deps, act))];
}
