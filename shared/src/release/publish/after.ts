import { DOCUMENT_PATHS, TOPICS } from '../../contracts/names.ts';
import type { SwitchAction } from '../../contracts/switch-statement.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Refusal } from '../../core/result.ts';
import { auditRelease } from '../audit.ts';
import type { ReleaseDeps } from '../release-deps.ts';
import type { SealedRelease } from '../sealed-release.ts';
import { type WorkflowRun, writeHeartbeat } from '../write-heartbeat.ts';

export type { WorkflowRun } from '../write-heartbeat.ts';

/** What a lost announcement is called among the warnings of an act. */
const ANNOUNCEMENT = 'announcement';

/** A committed act, as those who come after it need it. */
export interface CommittedAct {
  readonly runKey: string;
  readonly action: SwitchAction;
  readonly publishSeq: number;
  readonly target: SealedRelease;
  readonly workflow?: WorkflowRun | undefined;
}

/**
 * Rest of step 12 AFTER: heartbeat, announcement, audit. The release stands whatever happens here, so that a failure is a warning;
 * each part can be repeated and none suppresses the next.
 */
export async function after(deps: ReleaseDeps, act: CommittedAct): Promise<readonly Refusal[]> {
  return [
    ...(await warnOf('heartbeat', () => beat(deps, act))),
    ...(await warnOf(ANNOUNCEMENT, () => announce(deps, act))),
    ...(await auditWarnings(deps)),
  ];
}

async function beat(deps: ReleaseDeps, { action, publishSeq, target, workflow }: CommittedAct): Promise<readonly Refusal[]> {
  await writeHeartbeat(deps, { files: target.files, action, publishSeq, workflow });
  return [];
}

async function announce(deps: ReleaseDeps, act: CommittedAct): Promise<readonly Refusal[]> {
  await deps.bus.publish({
    topic: TOPICS.published,
    data: {
      run_key: act.runKey,
      stage: 'publish',
      input_manifest_sha256: act.target.entry.manifest_sha256,
      trace: `${act.runKey}/${act.publishSeq}`,
      version: act.target.version,
      publish_seq: String(act.publishSeq),
      action: act.action,
      summary: DOCUMENT_PATHS.summary,
    },
  });
  return [];
}

/** What the auditor finds in the whole store, as warnings of an act; missing copies of the log are written. */
export function auditWarnings(deps: ReleaseDeps): Promise<readonly Refusal[]> {
  return warnOf('audit', async () => (await auditRelease(deps, { copyLog: true })).mismatches);
}

/** The warning that the last of these acts was not announced: nobody else will announce it, so its run key is to be run again. */
export function lostAnnouncement(warnings: readonly Refusal[]): Refusal | undefined {
  return warnings.findLast(({ details }) => details?.after_commit === ANNOUNCEMENT);
}

async function warnOf(what: string, step: () => Promise<readonly Refusal[]>): Promise<readonly Refusal[]> {
  try {
    return await step();
  } catch (error) {
    return [warningOf(what, error)];
  }
}

/** A failure after the commit as a finding; anything but an error of ours is passed on. */
export function warningOf(what: string, error: unknown): Refusal {
  if (!(error instanceof LivepoolError)) throw error;
  return { code: error.code, message: `${what}: ${error.message}`, details: { ...error.details, after_commit: what } };
}
