import type { ActResult } from './act.ts';
import type { ReleaseDeps } from './release-deps.ts';
import { type RequestedActInput, requestedAct } from './requested-act.ts';

/** Brings back a version that a rollback condemned: newer than the committed one, not above the high-water mark (release spec §6). */
export function restore(deps: ReleaseDeps, input: RequestedActInput): Promise<ActResult> {
  return requestedAct(deps, 'restore', input);
}
