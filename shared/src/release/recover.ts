import { LivepoolError } from '../core/errors.ts';
import { type ActResult, refusedResult } from './act.ts';
import { boundedDeps } from './bounded-deps.ts';
import { openSwitchOf, readHead } from './head.ts';
import type { WorkflowRun } from './publish/after.ts';
import type { ReleaseDeps } from './release-deps.ts';
import { settleAdopted } from './settle-act.ts';
import { finishOpenSwitch } from './switch.ts';

export interface RecoverInput {
  readonly runKey: string;
  /** Does not wait for the lease of a process that is known to be dead; default false. */
  readonly seizeLease?: boolean | undefined;
  readonly workflow?: WorkflowRun | undefined;
}

/** Finishes an open switch whose process died, whoever began it (release spec §6); NO_OP when none is open. Anyone may start it. */
export async function recover(ports: ReleaseDeps, input: RecoverInput): Promise<ActResult> {
  const deps = boundedDeps(ports);
  try {
    const isOpen = openSwitchOf(await readHead(deps.documents)) !== null;
    const claim = { holder: input.runKey, seize: input.seizeLease ?? false };
    const adopted = isOpen ? await finishOpenSwitch(deps, claim) : null;
    const warnings = await settleAdopted(deps, adopted, input.workflow);
    const { committed_version: version, committed_seq: seq } = await readHead(deps.documents);
    const outcome = adopted === null ? 'NO_OP' : 'COMMITTED';
    return { outcome, action: 'recover', version, publishSeq: seq === 0 ? null : seq, refusal: null, adopted, warnings };
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.kind !== 'terminal') throw error;
    return refusedResult('recover', null, { code: error.code, message: error.message, details: error.details });
  }
}
