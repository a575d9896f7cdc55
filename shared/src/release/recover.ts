import { LivepoolError } from '../core/errors.ts';
import type { Refusal } from '../core/result.ts';
import { type ActResult, refusedResult } from './act.ts';
import { type AuditReport, auditRelease } from './audit.ts';
import { boundedDeps } from './bounded-deps.ts';
import { openSwitchOf, readHead } from './head.ts';
import { damagedMirrorObjects, mendMirror } from './mend-mirror.ts';
import type { LeaseClaim } from './publish/acquire.ts';
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

/** COMMITTED: an open switch was finished. NO_OP: none was open. REFUSED: the audit finds what no copy can mend. */
export interface RecoverResult extends ActResult {
  /** Damaged objects of the mirror that were written anew for the act that is committed; no act was made for it. */
  readonly mended: readonly string[];
}

/**
 * Finishes an open switch whose process died, whoever began it (release spec §6). With none open it audits, and writes the mirror
 * of the committed act anew when nothing but the mirror is damaged. NO_OP when all is well. Anyone may start it.
 */
export async function recover(ports: ReleaseDeps, input: RecoverInput): Promise<RecoverResult> {
  const deps = boundedDeps(ports);
  const claim = { holder: input.runKey, seize: input.seizeLease ?? false };
  try {
    const isOpen = openSwitchOf(await readHead(deps.documents)) !== null;
    return isOpen ? await finishAnyOpen(deps, claim, input.workflow) : await mendCommitted(deps, claim);
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.kind !== 'terminal') throw error;
    return refused({ code: error.code, message: error.message, details: error.details });
  }
}

async function finishAnyOpen(deps: ReleaseDeps, claim: LeaseClaim, workflow?: WorkflowRun): Promise<RecoverResult> {
  const adopted = await finishOpenSwitch(deps, claim);
  const warnings = await settleAdopted(deps, adopted, workflow);
  return { ...(await current(deps)), outcome: adopted === null ? 'NO_OP' : 'COMMITTED', adopted, warnings };
}

async function mendCommitted(deps: ReleaseDeps, claim: LeaseClaim): Promise<RecoverResult> {
  const report = await auditRelease(deps, { copyLog: true });
  if (report.ok) return current(deps);
  const mended = damagedMirrorObjects(deps, report);
  const isOnlyMirror = report.mirror.length === report.mismatches.length;
  if (mended.length === 0 || !isOnlyMirror) return refused(beyondMending(report));
  await mendMirror(deps, claim);
  const { mismatches: warnings } = await auditRelease(deps, { copyLog: true });
  return { ...(await current(deps)), mended, warnings };
}

async function current(deps: ReleaseDeps): Promise<RecoverResult> {
  const { committed_version: version, committed_seq: seq } = await readHead(deps.documents);
  const publishSeq = seq === 0 ? null : seq;
  return { outcome: 'NO_OP', action: 'recover', version, publishSeq, refusal: null, adopted: null, warnings: [], mended: [] };
}

/** Sealed bytes, pointer, log and strangers in the mirror are for a person; the first finding keeps its own code. */
function beyondMending({ mismatches }: AuditReport): Refusal {
  const { code = 'AUDIT_MISMATCH', details = {} } = mismatches[0] ?? {};
  return {
    code,
    message: `nothing was changed; the audit finds: ${mismatches.map(({ message }) => message).join('; ')}`,
    details,
  };
}

function refused(refusal: Refusal): RecoverResult {
  return { ...refusedResult('recover', null, refusal), mended: [] };
}
