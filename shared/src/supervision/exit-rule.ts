import type { WorkerParams } from '../contracts/worker-params.ts';

/** What decides whether the process may go on (quant spec §9.2). */
export interface ExitFacts {
  /** A write was refused because another holder has the lease. */
  readonly leaseLostMidWrite: boolean;
  /** For how long the store has not answered; 0 = it does. */
  readonly storeUnreachableMs: number;
  /** How often the engine was given up although it had been recovered. */
  readonly engineFailuresAfterRecovery: number;
}

export type ExitReason = 'lease_lost' | 'store_unreachable' | 'engine_failed';

/** Why the process must end with an error so that its platform starts it anew; null = it goes on. Nothing else ends it. */
export function exitReason(params: WorkerParams['exit'], facts: ExitFacts): ExitReason | null {
  if (facts.leaseLostMidWrite) return 'lease_lost';
  if (facts.storeUnreachableMs > params.store_unreachable_ms) return 'store_unreachable';
  return facts.engineFailuresAfterRecovery >= params.engine_failures_after_recovery ? 'engine_failed' : null;
}
