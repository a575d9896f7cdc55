import { RECOVERABLE, type RecoverableName, type RecoveryRequest } from '../contracts/recovery.ts';
import type { WorkerParams } from '../contracts/worker-params.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';

/** A recovery of one component. */
export interface PastRecovery {
  readonly component: RecoverableName;
  readonly startedMs: number;
  /** Null while it is under way. */
  readonly endedMs: number | null;
}

const HOUR_MS = 3_600_000;

/** The components of a request, in the order in which they are recovered. */
export function componentsOf({ component }: Pick<RecoveryRequest, 'component'>): readonly RecoverableName[] {
  return component === 'all' ? RECOVERABLE : [component];
}

/**
 * Whether a recovery may begin (quant spec §9.2): one per component at a time (RECOVERY_BUSY), not again within the cool-down
 * (RECOVERY_TOO_SOON), not more than so many an hour, from where on a person has to look (RECOVERY_TOO_OFTEN).
 */
export function admitRecovery(
  params: WorkerParams['recovery'],
  past: readonly PastRecovery[],
  components: readonly RecoverableName[],
  nowMs: number,
): Result<null, Refusal> {
  for (const component of components) {
    const own = past.filter((each) => each.component === component);
    if (own.some(({ endedMs }) => endedMs === null)) return refused('RECOVERY_BUSY', `${component} is being recovered already`);
    const last = Math.max(0, ...own.map(({ endedMs }) => endedMs ?? 0));
    if (nowMs - last < params.cool_down_ms) {
      const waitS = Math.ceil((params.cool_down_ms - (nowMs - last)) / 1000);
      return refused('RECOVERY_TOO_SOON', `${component} was recovered just now; wait ${waitS} s`);
    }
    const lately = own.filter(({ startedMs }) => startedMs > nowMs - HOUR_MS).length;
    if (lately >= params.most_per_hour) {
      return refused('RECOVERY_TOO_OFTEN', `${component} was recovered ${lately} times within an hour; a person has to look`);
    }
  }
  return ok(null);
}

function refused(code: string, message: string): { readonly ok: false; readonly error: Refusal } {
  return err({ code, message });
}
