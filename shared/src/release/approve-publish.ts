import type { ActRequest } from '../contracts/act-request.ts';
import { LivepoolError } from '../core/errors.ts';
import { type Approval, openRequest, requireApproval } from './act-request.ts';
import { boundedDeps } from './bounded-deps.ts';
import { readRun } from './publish/run.ts';
import type { ReleaseDeps } from './release-deps.ts';

export interface ApprovePublishInput {
  readonly runKey: string;
  /** Version that may be published although it replaces so much. */
  readonly version: string;
  readonly approval: Approval;
}

/**
 * Writes down that a second person agrees to the unusual turnover of a held run (rule V32); its next try finds the consent and
 * publishes. APPROVAL_REQUIRED for one person alone, RUN_CONFLICT for a run that does not wait for an approval or was approved for
 * something else. Repeating it is a no-op.
 */
export async function approvePublish(ports: ReleaseDeps, input: ApprovePublishInput): Promise<ActRequest> {
  const deps = boundedDeps(ports);
  const { runKey, version, approval } = input;
  requireApproval(deps, approval, true);
  const run = await readRun(deps.runs, runKey);
  if (run?.code !== 'APPROVAL_REQUIRED') {
    const state = run === null ? 'does not exist' : `is ${run.outcome ?? 'open'}${run.code === null ? '' : ` (${run.code})`}`;
    throw new LivepoolError('RUN_CONFLICT', 'terminal', `run ${runKey} ${state}; it waits for no approval`, { run_key: runKey });
  }
  return openRequest(deps, runKey, { action: 'publish', target: version, approval });
}
