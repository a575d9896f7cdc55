import type { RunRecord } from '../../contracts/run-record.ts';
import type { StageMessage } from '../../contracts/stage-message.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Refusal } from '../../core/result.ts';
import { closeRun, endOf, isFinal, readRun } from '../../release/publish/run.ts';
import { advanceRun, announceStage, notReady } from './run-state.ts';
import type { FileStage, StageContext, StageDeps, StageOutcome } from './stage.ts';
import { readStageFiles, readStageManifest, type StandingManifest, writeStage } from './stage-files.ts';

/**
 * One stage of the chain (operations spec §2): read the run record, verify the manifest of the stage before, compute, write own
 * manifest, advance the record, announce. What a stage does follows from state, never from the order of messages: it may be killed
 * anywhere and be asked again, and asked again after it is done it only announces once more.
 */
export async function runFileStage(
  deps: StageDeps,
  stage: FileStage,
  message: StageMessage,
  context: StageContext,
): Promise<StageOutcome> {
  const gate = gateOf(stage, message, await readRun(deps.runs, message.run_key));
  if ('outcome' in gate) return gate.outcome;
  const { run_key: runKey } = message;
  if (gate.done !== null) {
    await announceStage(deps, stage.name, runKey, gate.done, context);
    return { kind: 'duplicate', manifestSha256: gate.done };
  }
  return keepingFailure(deps, runKey, async () => {
    const standing = await readStageManifest(deps, stage.name, runKey);
    const made = isFor(standing, message) ? { standing } : await computeStage(deps, stage, message, gate.record, context);
    if ('refusals' in made) return closeRefused(deps, runKey, 'REFUSED', made.refusals);
    await advanceRun(deps, runKey, stage.name, made.standing.sha256);
    await announceStage(deps, stage.name, runKey, made.standing.sha256, context);
    return { kind: 'done', manifestSha256: made.standing.sha256 };
  });
}

/** Runs the open part of a stage; a terminal error is kept in the run record, for people, and does not end the run. */
export async function keepingFailure<T>(deps: Pick<StageDeps, 'runs'>, runKey: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof LivepoolError && error.kind === 'terminal') {
      await closeRefused(deps, runKey, 'FAILED', [{ code: error.code, message: error.message }]);
    }
    throw error;
  }
}

/** Keeps a refusal in the run record: REFUSED ends the run for good, FAILED lets the same run key try again. */
export async function closeRefused(
  deps: Pick<StageDeps, 'runs'>,
  runKey: string,
  outcome: 'REFUSED' | 'FAILED',
  refusals: readonly Refusal[],
): Promise<StageOutcome> {
  await closeRun(deps, runKey, { outcome, publishSeq: null, refusal: refusals[0] ?? null });
  return { kind: 'refused', refusals };
}

type Gate =
  | { readonly outcome: StageOutcome }
  /** `done`: digest of the manifest that this stage has left already. */
  | { readonly record: RunRecord; readonly done: string | null };

function gateOf({ name, after }: FileStage, message: StageMessage, record: RunRecord | null): Gate {
  const { run_key: runKey, input_manifest_sha256: wanted } = message;
  if (message.stage !== after)
    return refused({ code: 'MESSAGE_INVALID', message: `${name} follows ${after}, not ${message.stage}` });
  if (record === null) return { outcome: { kind: 'not_ready', refusal: notReady(runKey, name, 'a run record') } };
  const before = record.stages[after];
  if (before === undefined) return { outcome: { kind: 'not_ready', refusal: notReady(runKey, name, `stage ${after} first`) } };
  if (before !== wanted) {
    return refused({
      code: 'RUN_CONFLICT',
      message: `run ${runKey} has ${after} manifest ${before}, the message names ${wanted}`,
    });
  }
  const done = record.stages[name] ?? null;
  const { refusal } = endOf(record);
  if (done === null && isFinal(record) && refusal !== null) return refused(refusal);
  return { record, done };
}

function refused(refusal: Refusal): Gate {
  return { outcome: { kind: 'refused', refusals: [refusal] } };
}

function isFor(standing: StandingManifest | null, message: StageMessage): standing is StandingManifest {
  return standing?.manifest.input_manifest_sha256 === message.input_manifest_sha256;
}

async function computeStage(
  deps: StageDeps,
  stage: FileStage,
  message: StageMessage,
  record: RunRecord,
  context: StageContext,
): Promise<{ readonly standing: StandingManifest } | { readonly refusals: readonly Refusal[] }> {
  const { run_key: runKey, input_manifest_sha256: wanted } = message;
  context.signal?.throwIfAborted();
  const input = await readStageManifest(deps, stage.after, runKey);
  if (input?.sha256 !== wanted) {
    const found = input === null ? 'is missing' : `has digest ${input.sha256}, not ${wanted}`;
    throw new LivepoolError('READBACK_MISMATCH', 'terminal', `the ${stage.after} manifest of ${runKey} ${found}; restore it`);
  }
  const { manifest } = input;
  const files = await readStageFiles(deps, manifest, context);
  context.signal?.throwIfAborted();
  const output = await stage.compute({ runKey, record, manifest, files });
  if (!output.ok) return { refusals: output.error };
  const write = { stage: stage.name, runKey, inputManifestSha256: wanted, inherited: manifest.files };
  return { standing: await writeStage(deps, write, output.value, context) };
}
