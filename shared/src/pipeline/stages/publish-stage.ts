import { RELEASE_FILES } from '../../contracts/artifact-files.ts';
import { checkContract } from '../../contracts/decode.ts';
import { explainSchema } from '../../contracts/explain.ts';
import type { LoadedPoolParams } from '../../contracts/parse-pool-params.ts';
import type { RunRecord } from '../../contracts/run-record.ts';
import { buildStageFactsSchema } from '../../contracts/stage-facts.ts';
import type { StageManifest } from '../../contracts/stage-manifest.ts';
import type { StageMessage } from '../../contracts/stage-message.ts';
import { LivepoolError } from '../../core/errors.ts';
import { parseInstant } from '../../core/instant.ts';
import { EXPLAIN_FILE } from '../../pool/explain/explain-bytes.ts';
import type { ActResult } from '../../release/act.ts';
import { type Approval, readRequest } from '../../release/act-request.ts';
import { requireFile } from '../../release/digests.ts';
import type { WorkflowRun } from '../../release/publish/after.ts';
import { type PublishInput, publish } from '../../release/publish/publish.ts';
import { isFinal, readRun } from '../../release/publish/run.ts';
import type { ReleaseDeps } from '../../release/release-deps.ts';
import { validationOptionsOf } from '../validation-facts.ts';
import { evidenceOf } from './build-stage.ts';
import { decoded } from './run-files.ts';
import { keepingFailure } from './run-stage.ts';
import { notReady, requireSameCode } from './run-state.ts';
import type { StageContext, StageDeps, StageOutcome } from './stage.ts';
import { readStageFiles, readStageManifest } from './stage-files.ts';

export interface PublishStageOptions {
  readonly params: LoadedPoolParams;
  /** Digest of the bundle that runs. */
  readonly bundleSha256: string;
  /** Opens what an act needs; asked only when there is something to publish. */
  readonly openRelease: () => Promise<ReleaseDeps>;
  readonly workflow?: WorkflowRun | undefined;
}

/** How the last stage ended: like every stage, with the answer of the act where one was tried. */
export type PublishOutcome = StageOutcome & { readonly act?: ActResult };

/**
 * Last stage: the release protocol over the verified files of build (release spec §6). Everything that makes it safe to repeat lives
 * there: the run key commits at most one act, whatever is killed or delivered twice.
 */
export async function runPublishStage(
  deps: StageDeps,
  options: PublishStageOptions,
  message: StageMessage,
  context: StageContext,
): Promise<PublishOutcome> {
  const { run_key: runKey, input_manifest_sha256: wanted } = message;
  const record = await readRun(deps.runs, runKey);
  const before = record?.stages.build;
  if (message.stage !== 'build') return refused('MESSAGE_INVALID', `publish follows build, not ${message.stage}`);
  if (record === null || before === undefined) {
    return { kind: 'not_ready', refusal: notReady(runKey, 'publish', 'stage build first') };
  }
  if (before !== wanted)
    return refused('RUN_CONFLICT', `run ${runKey} has build manifest ${before}, the message names ${wanted}`);
  const wasFinal = isFinal(record);
  // What publish itself refuses is in the run record already, by its own rules.
  const input = await keepingFailure(deps, runKey, async () => {
    const { bundleSha256, params } = options;
    if (!wasFinal) requireSameCode(runKey, record, { stage: 'publish', paramsSha256: params.sha256, bundleSha256 });
    return publishInput(deps, options, record, message, context);
  });
  const release = await options.openRelease();
  const approval = await consentOf(release, runKey);
  const act = await publish(release, { ...input, approval });
  return { ...outcomeOf(act, wanted, wasFinal), act };
}

/** The consent of a second person to the turnover of this run, if there is one (rule V32). */
async function consentOf({ documents }: ReleaseDeps, runKey: string): Promise<Approval | undefined> {
  const row = await readRequest(documents, runKey);
  if (row?.action !== 'publish') return undefined;
  return { reason: row.reason ?? undefined, requestedBy: row.requested_by, approvedBy: row.approved_by };
}

async function publishInput(
  deps: StageDeps,
  { params, workflow }: PublishStageOptions,
  record: RunRecord,
  { run_key: runKey, input_manifest_sha256: wanted }: StageMessage,
  context: StageContext,
): Promise<PublishInput> {
  const standing = await readStageManifest(deps, 'build', runKey);
  if (standing?.sha256 !== wanted) {
    const message = `the build manifest of ${runKey} is not the one that build left; restore it, or start again under another run key`;
    throw new LivepoolError('READBACK_MISMATCH', 'terminal', message, { run_key: runKey });
  }
  const all = await readStageFiles(deps, standing.manifest, context);
  const evidence = evidenceOf(all);
  const scored = { explain: decoded(explainSchema, all, EXPLAIN_FILE), evidence, facts: scoreFacts(standing.manifest) };
  const { stages: _stages, outcome: _outcome, code: _code, ...pins } = record;
  return {
    runKey,
    pins,
    files: new Map(RELEASE_FILES.map((name) => [name, requireFile(all, name)])),
    evidence,
    validation: validationOptionsOf({ scored, params, logicalTimeMs: parseInstant(record.logical_time) ?? 0 }),
    workflow,
  };
}

function scoreFacts({ facts }: StageManifest) {
  const known = checkContract(buildStageFactsSchema, facts, 'the facts of build');
  if (known.ok) return known.value.score;
  throw new LivepoolError('READBACK_MISMATCH', 'terminal', known.error.message, known.error.details);
}

function outcomeOf({ outcome, refusal }: ActResult, manifestSha256: string, wasFinal: boolean): StageOutcome {
  const why = refusal ?? { code: 'REFUSED', message: 'refused without a reason' };
  switch (outcome) {
    case 'COMMITTED':
      return { kind: wasFinal ? 'duplicate' : 'done', manifestSha256 };
    case 'NO_OP':
      return { kind: 'duplicate', manifestSha256 };
    case 'HELD':
      return { kind: 'held', refusal: why };
    case 'REFUSED':
      return why.code === 'SUPERSEDED' ? { kind: 'superseded', refusal: why } : { kind: 'refused', refusals: [why] };
  }
}

function refused(code: string, message: string): StageOutcome {
  return { kind: 'refused', refusals: [{ code, message }] };
}
