import { LivepoolError } from '../core/errors.ts';
import { type Act, type ActResult, refusedResult } from './act.ts';
import { type Approval, openRequest, requireApproval } from './act-request.ts';
import { boundedDeps } from './bounded-deps.ts';
import { readHead } from './head.ts';
import { requireRegistry } from './lost-registry.ts';
import type { WorkflowRun } from './publish/after.ts';
import type { ReleaseDeps } from './release-deps.ts';
import { loadSealed } from './sealed-release.ts';
import { settleSwitch } from './settle-act.ts';
import { switchTo } from './switch.ts';
import { requireVersion } from './version.ts';

/** A rollback or restore that people asked for. */
export interface RequestedActInput {
  /** `manual:<id>` or the id of the request: the same key acts at most once. */
  readonly runKey: string;
  /** Version to make current. */
  readonly target: string;
  /** Who asks, who approves, and why: all three are needed. */
  readonly approval: Approval;
  /** Accepts a target older than consumers take; default false. */
  readonly acceptStale?: boolean | undefined;
  readonly workflow?: WorkflowRun | undefined;
}

/**
 * Approval, target, audit row, switch, AFTER: all that rollback and restore have in common. Everything that can refuse the act is
 * asked before its intent. Transient failures are thrown: run the same key again.
 */
export async function requestedAct(
  ports: ReleaseDeps,
  action: 'rollback' | 'restore',
  input: RequestedActInput,
): Promise<ActResult> {
  const deps = boundedDeps(ports);
  try {
    requireVersion(input.target);
    requireApproval(deps, input.approval, true);
    await requireRegistry(deps, await readHead(deps.documents));
    const target = await loadSealed(deps, input.target);
    await openRequest(deps, input.runKey, { action, target: input.target, approval: input.approval });
    const act: Act = { action, target, request: input.runKey, acceptStale: input.acceptStale ?? false };
    return await settleSwitch(deps, act, await switchTo(deps, act), input.workflow);
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.kind !== 'terminal') throw error;
    return refusedResult(action, input.target, { code: error.code, message: error.message, details: error.details });
  }
}
