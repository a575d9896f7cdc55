import type { Refusal } from '../../core/result.ts';
import type { CollectionReport } from '../../ports/candle-archive.ts';
import { closeRun, isFinal } from '../../release/publish/run.ts';
import { collectOnce, daysOf } from './collect-once.ts';
import { type CollectRequest, type CollectStageDeps, pinsOf, wishOf } from './collect-request.ts';
import { closeRefused, keepingFailure } from './run-stage.ts';
import { beginRun } from './run-state.ts';
import type { StageContext } from './stage.ts';

/** How a refresh ended. Transient failures are thrown; the same request once more goes on from what is staged. */
export type RefreshOutcome =
  | { readonly kind: 'done'; readonly report: CollectionReport }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

/** What a refresh needs: it reads nothing of releases and sends nothing. */
export type RefreshDeps = Pick<CollectStageDeps, 'runs' | 'candles' | 'instruments' | 'archive'>;

/**
 * A run that only collects: it brings the cold tier up to its day, so that the run that makes a release finds nearly everything there.
 * It freezes nothing and announces nothing, so no other stage can follow, and its record ends as NO_OP. A hold does not stop it,
 * because holds are about publishing.
 */
export async function runRefresh(deps: RefreshDeps, request: CollectRequest, context: StageContext): Promise<RefreshOutcome> {
  const { runKey } = request;
  const requestSha256 = wishOf(request, { purpose: 'refresh' });
  // Candles are candles: an update between two tries changes nothing about them.
  const { bundles: _anyCode, ...pins } = pinsOf(request);
  const record = await beginRun(deps, { runKey, pins, requestSha256 });
  if (isFinal(record)) return { kind: 'duplicate' };
  return keepingFailure(deps, runKey, async () => {
    const collected = await collectOnce(deps, request, daysOf(runKey, record), context);
    if (!collected.ok) {
      await closeRefused(deps, runKey, 'FAILED', collected.error);
      return { kind: 'refused', refusals: collected.error };
    }
    await closeRun(deps, runKey, { outcome: 'NO_OP', publishSeq: null, refusal: null });
    return { kind: 'done', report: collected.value.report };
  });
}
