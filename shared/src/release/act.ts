import type { SwitchAction } from '../contracts/switch-statement.ts';
import type { Refusal } from '../core/result.ts';
import type { OpenSwitch } from './head.ts';
import type { SealedRelease } from './sealed-release.ts';

/** One wish to move the pointer. */
export interface Act {
  readonly action: SwitchAction;
  readonly target: SealedRelease;
  /** Run key: one key commits at most one act. */
  readonly request: string;
  /** Accepts a rollback or restore target that consumers drop because of its age. */
  readonly acceptStale: boolean;
}

/** What became of an act. Transient failures are thrown instead: run the same key again. */
export interface ActResult {
  /** COMMITTED: this key's act is in the log. NO_OP: nothing had to be done. HELD and REFUSED: nothing was changed. */
  readonly outcome: 'COMMITTED' | 'NO_OP' | 'HELD' | 'REFUSED';
  readonly action: SwitchAction | 'recover';
  readonly version: string | null;
  /** Number of the act that committed `version`, if any. */
  readonly publishSeq: number | null;
  /** Why it was held or refused. */
  readonly refusal: Refusal | null;
  /** A switch of somebody else that had to be finished first. */
  readonly adopted: OpenSwitch | null;
  /** Findings that did not stop the act: validation warnings, an announcement that failed after the commit. */
  readonly warnings: readonly Refusal[];
  /** COMMITTED by an earlier try of this key: this one changed nothing. */
  readonly isRepeat?: true;
}

/** Nothing was changed, and that is how it should be. */
export function heldResult(action: SwitchAction, refusal: Refusal): ActResult {
  return { outcome: 'HELD', action, version: null, publishSeq: null, refusal, adopted: null, warnings: [] };
}

/** Nothing was changed; the refusal says why. */
export function refusedResult(action: ActResult['action'], version: string | null, refusal: Refusal): ActResult {
  return { outcome: 'REFUSED', action, version, publishSeq: null, refusal, adopted: null, warnings: [] };
}
