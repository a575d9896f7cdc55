import type { ActResult } from './act.ts';
import type { ReleaseDeps } from './release-deps.ts';
import { type RequestedActInput, requestedAct } from './requested-act.ts';

/**
 * Makes an older sealed version current and condemns the one that is left: only a restore brings that back (release spec §6). It
 * takes the lease at once and overrides an open switch, since it is the way out of a bad release.
 */
export function rollback(deps: ReleaseDeps, input: RequestedActInput): Promise<ActResult> {
  return requestedAct(deps, 'rollback', input);
}
