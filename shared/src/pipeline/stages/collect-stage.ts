import { refuseHeld } from '../../release/action-rules.ts';
import { readHead } from '../../release/head.ts';
import { closeRun } from '../../release/publish/run.ts';
import { type CollectRequest, type CollectStageDeps, pinsOf, wishOf } from './collect-request.ts';
import { collectAndFreeze, frozenBefore } from './freeze-inputs.ts';
import { closeRefused, keepingFailure } from './run-stage.ts';
import { advanceRun, announceStage, beginRun } from './run-state.ts';
import type { StageContext, StageOutcome } from './stage.ts';

/**
 * First stage of the chain: begins or resumes the run (pins as_of, logical time, seed, parameters, code), brings the cold tier up to
 * as_of, and freezes everything that the run decides from below `raw/<run_key>/`. Under a hold the run ends before any object is
 * written. A refusal leaves the run FAILED: what the venue or a person did not give yet may be given later.
 */
export async function runCollectStage(
  deps: CollectStageDeps,
  request: CollectRequest,
  context: StageContext,
): Promise<StageOutcome> {
  const { runKey } = request;
  const record = await beginRun(deps, { runKey, pins: pinsOf(request), requestSha256: wishOf(request) });
  const done = record.stages.collect;
  if (done !== undefined) {
    await announceStage(deps, 'collect', runKey, done, context);
    return { kind: 'duplicate', manifestSha256: done };
  }
  const held = refuseHeld(await readHead(deps.release.documents), request.nowMs);
  if (held !== null) {
    await closeRun(deps, runKey, { outcome: 'HELD', publishSeq: null, refusal: held });
    return { kind: 'held', refusal: held };
  }
  return keepingFailure(deps, runKey, async () => {
    const made = (await frozenBefore(deps, runKey)) ?? (await collectAndFreeze(deps, request, record, context));
    if (!made.ok) return closeRefused(deps, runKey, 'FAILED', made.error);
    const { sha256, inputs } = made.value;
    await advanceRun(deps, runKey, 'collect', sha256, inputs);
    await announceStage(deps, 'collect', runKey, sha256, context);
    return { kind: 'done', manifestSha256: sha256 };
  });
}
