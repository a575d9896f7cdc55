import { type FileBytes, MANIFEST_FILE } from '../../contracts/artifact-files.ts';
import { DOCUMENT_PATHS } from '../../contracts/names.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { type ActResult, heldResult, refusedResult } from '../act.ts';
import { type Approval, openRequest, requireApproval } from '../act-request.ts';
import { refuseHeld, refuseSuperseded } from '../action-rules.ts';
import { boundedDeps } from '../bounded-deps.ts';
import { contentDigest, requireFile } from '../digests.ts';
import { type OpenSwitch, readHead } from '../head.ts';
import { requireRegistry } from '../lost-registry.ts';
import type { ReleaseDeps } from '../release-deps.ts';
import { loadSealed, readRegistry, type SealedRelease } from '../sealed-release.ts';
import { settleSwitch } from '../settle-act.ts';
import { switchTo } from '../switch.ts';
import type { ValidationOptions } from '../validate/validation-options.ts';
import type { WorkflowRun } from './after.ts';
import { answerAgain, answerRun } from './answer.ts';
import { buildVersion, refuseTurnover, requireValid } from './publish-checks.ts';
import { openRun, type RunPins } from './run.ts';
import { requireSameSeal, seal } from './seal.ts';
import { stage } from './stage.ts';
import { readBack } from './verify-stored.ts';

/** A finished build and the run that made it. */
export interface PublishInput {
  /** `<job>:<YYYYMMDDTHHMMSSZ>` or `manual:<id>`. */
  readonly runKey: string;
  readonly pins: RunPins;
  readonly files: FileBytes;
  /** explain.json, universe_state.json, run_manifest.json. */
  readonly evidence: FileBytes;
  /** How the five files are judged; reference date and freshness are set by the publisher. */
  readonly validation: ValidationOptions;
  /** A second person's consent to an unusual turnover (rule V32). */
  readonly approval?: Approval | undefined;
  readonly workflow?: WorkflowRun | undefined;
}

/**
 * Makes a build the current release, in the order of release spec §6: RUN, STAGE, VERIFY, SEAL, then the switch, then AFTER. The
 * same run key may be run again at any time and ends in the same answer. Refusals and holds are values; transient failures are
 * thrown after the run was marked FAILED, and are cured by running the same key again.
 */
export async function publish(ports: ReleaseDeps, input: PublishInput): Promise<ActResult> {
  const deps = boundedDeps(ports);
  return answerRun(deps, input.runKey, async () => {
    await requireRegistry(deps, await readHead(deps.documents));
    const run = await openRun(deps, input.runKey, input.pins, sha256Hex(requireFile(input.files, MANIFEST_FILE)));
    return run.isFinal ? answerAgain(deps, input.runKey, run.record) : publishOpenRun(deps, input);
  });
}

async function publishOpenRun(deps: ReleaseDeps, input: PublishInput): Promise<ActResult> {
  const head = await readHead(deps.documents);
  const held = refuseHeld(head, deps.clock.nowMs());
  if (held !== null) return heldResult('publish', held);
  const version = buildVersion(deps, input);
  const known = await readRegistry(deps.documents, version);
  if (known !== null) requireSameSeal(version, known, { content_digest: contentDigest(input.files) });
  const superseded = known === null ? refuseSuperseded(head, version) : null;
  if (superseded !== null) return refusedResult('publish', version, superseded);
  const target = known === null ? await sealNew(deps, input, version) : await loadSealed(deps, version);
  const isCurrent = !head.switching && head.committed_version === version;
  if (isCurrent) return settleCurrent(deps, input, target, head.committed_seq, null);
  return switchToSealed(deps, input, target);
}

/** Steps 4–6, after a validation in memory, so that a bad build leaves no object behind. */
async function sealNew(deps: ReleaseDeps, input: PublishInput, version: string): Promise<SealedRelease> {
  const { runKey, files, evidence } = input;
  requireValid(deps, input, files);
  const staged = await stage(deps, { runKey, version, files, evidence });
  const stored = await readBack(deps, version, staged);
  requireValid(deps, input, stored);
  return seal(deps, { runKey, version, files: stored, staged });
}

/** Steps 7–12. */
async function switchToSealed(deps: ReleaseDeps, input: PublishInput, target: SealedRelease): Promise<ActResult> {
  const { runKey: request, approval } = input;
  if (approval !== undefined) {
    requireApproval(deps, approval, false);
    await openRequest(deps, request, { action: 'publish', target: target.version, approval });
  }
  const act = { action: 'publish', target, request, acceptStale: false } as const;
  const outcome = await switchTo(deps, act, (committed) => refuseTurnover(deps, input, target, committed));
  const { adopted } = outcome;
  if (outcome.kind === 'settled') return settleCurrent(deps, input, target, outcome.publishSeq, adopted);
  return settleSwitch(deps, act, outcome, input.workflow);
}

/** The version is committed already: by an earlier try of this run whose answer was lost, or by another run. */
async function settleCurrent(
  deps: ReleaseDeps,
  { runKey, workflow }: PublishInput,
  target: SealedRelease,
  publishSeq: number,
  adopted: OpenSwitch | null,
): Promise<ActResult> {
  const act = { action: 'publish', target, request: runKey, acceptStale: false } as const;
  const entry = await deps.documents.get(DOCUMENT_PATHS.logEntry(publishSeq));
  const isMine = target.entry.run_key === runKey && entry?.action === 'publish';
  return settleSwitch(deps, act, { kind: isMine ? 'committed' : 'settled', publishSeq, adopted }, workflow);
}
