import type { RunRecord } from '../../contracts/run-record.ts';
import { LivepoolError } from '../../core/errors.ts';
import { type ActResult, refusedResult } from '../act.ts';
import { readHead } from '../head.ts';
import type { ReleaseDeps } from '../release-deps.ts';
import { loadSealed } from '../sealed-release.ts';
import { after, auditWarnings } from './after.ts';
import { closeRun, endOf, type RunEnd } from './run.ts';

/** Runs one try of a publish and writes its outcome into the run record, whichever way it ends. */
export async function answerRun(deps: ReleaseDeps, runKey: string, attempt: () => Promise<ActResult>): Promise<ActResult> {
  try {
    const result = await attempt();
    // A committed act has closed its run already; after the commit nothing may turn it into a failure.
    if (result.outcome !== 'COMMITTED') await closeRun(deps, runKey, endOfResult(result));
    return result;
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
    const refusal = { code: error.code, message: error.message, details: error.details };
    if (error.kind === 'terminal') return refuseRun(deps, runKey, refusedResult('publish', null, refusal));
    await closeFailed(deps, runKey, error);
    throw error;
  }
}

/** The answer of a finished run once more; for its committed act also what comes after it, which may have been lost. */
export async function answerAgain(deps: ReleaseDeps, runKey: string, record: RunRecord): Promise<ActResult> {
  const { outcome, publishSeq, refusal } = endOf(record);
  const head = await readHead(deps.documents);
  const isCurrent = outcome === 'PUBLISHED' && publishSeq !== null && head.committed_seq === publishSeq;
  const target = isCurrent && head.committed_version !== null ? await loadSealed(deps, head.committed_version) : null;
  const version = target?.version ?? null;
  if (outcome !== 'PUBLISHED' && outcome !== 'NO_OP') {
    return { outcome: 'REFUSED', action: 'publish', version, publishSeq, refusal, adopted: null, warnings: [] };
  }
  const isStanding = target !== null && publishSeq !== null;
  const warnings = isStanding ? await after(deps, { runKey, action: 'publish', publishSeq, target }) : await auditWarnings(deps);
  const answer = { action: 'publish', version, publishSeq, refusal, adopted: null, warnings } as const;
  return outcome === 'PUBLISHED' ? { ...answer, outcome: 'COMMITTED', isRepeat: true } : { ...answer, outcome };
}

/** A refusal that another key's record must not hear of: the key belongs to that other run. */
async function refuseRun(deps: ReleaseDeps, runKey: string, result: ActResult): Promise<ActResult> {
  if (result.refusal?.code !== 'RUN_CONFLICT') await closeRun(deps, runKey, endOfResult(result));
  return result;
}

/** Marks a run that may be run again. Without an answer from the store the record simply stays open, which says the same. */
async function closeFailed(deps: ReleaseDeps, runKey: string, error: LivepoolError): Promise<void> {
  const refusal = { code: error.code, message: error.message };
  try {
    await closeRun(deps, runKey, { outcome: 'FAILED', publishSeq: null, refusal });
  } catch (second) {
    if (!(second instanceof LivepoolError)) throw second;
  }
}

/**
 * How a run ends. A verdict about the build is final. What a person can cure (an approval, a hold, a damaged or read-only store) is
 * not: the same key may then be run again.
 */
function endOfResult({ outcome, publishSeq, refusal }: ActResult): RunEnd {
  switch (outcome) {
    case 'COMMITTED':
      return { outcome: 'PUBLISHED', publishSeq, refusal: null };
    case 'NO_OP':
      return { outcome: 'NO_OP', publishSeq, refusal: null };
    case 'HELD':
      return { outcome: 'HELD', publishSeq: null, refusal };
    case 'REFUSED':
      return { outcome: refusedOutcome(refusal?.code ?? ''), publishSeq: null, refusal };
  }
}

/** Refusals that judge the build itself: no repetition of the same bytes can end otherwise. */
const FINAL_REFUSALS: ReadonlySet<string> = new Set([
  'VALIDATION_FAILED',
  'VERSION_CONFLICT',
  'VERSION_NOT_COMPARABLE',
  'SUPERSEDED',
]);

function refusedOutcome(code: string): RunEnd['outcome'] {
  if (FINAL_REFUSALS.has(code)) return 'REFUSED';
  return code === 'APPROVAL_REQUIRED' ? 'HELD' : 'FAILED';
}
