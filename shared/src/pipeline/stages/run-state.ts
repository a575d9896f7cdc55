import { DOCUMENT_PATHS, STAGE_TOPICS, type StageName } from '../../contracts/names.ts';
import type { RunRecord } from '../../contracts/run-record.ts';
import type { StageMessage } from '../../contracts/stage-message.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Refusal } from '../../core/result.ts';
import { isFinal, type RunPins, readRun } from '../../release/publish/run.ts';
import type { StageContext, StageDeps } from './stage.ts';

/** Key among a record's stages under which it keeps the digest of the request that began it. */
const REQUESTED = 'requested';

/** A wish to begin a run: pins that any start may choose anew, and those that must be the same for ever. */
export interface RunStart {
  readonly runKey: string;
  readonly pins: RunPins;
  /** Digest of what was asked for: the same key with another wish is another run. */
  readonly requestSha256: string;
}

/** What a stage is: its bundle, and the parameters it was deployed with. */
export interface StageIdentity {
  readonly stage: StageName;
  readonly paramsSha256: string;
  readonly bundleSha256: string;
}

/**
 * Creates the record of a run or finds it, in one transaction. A record keeps its own logical time and as_of. RUN_CONFLICT when it
 * was begun by another request, other parameters or other code: a key names one run for ever.
 */
export async function beginRun({ runs }: Pick<StageDeps, 'runs'>, { runKey, pins, requestSha256 }: RunStart): Promise<RunRecord> {
  return runs.transaction(async (tx) => {
    const known = await readRun(tx, runKey);
    if (known === null) {
      const record: RunRecord = { ...pins, stages: { [REQUESTED]: requestSha256 }, outcome: null, code: null };
      tx.create(DOCUMENT_PATHS.run(runKey), record);
      return record;
    }
    if (known.stages[REQUESTED] !== requestSha256) throw otherRun(runKey, 'another request');
    requireSameParams(runKey, known, pins.params_sha256);
    if (canonicalJson(known.bundles ?? {}) !== canonicalJson(pins.bundles ?? {})) throw otherRun(runKey, otherCode(known));
    return known;
  });
}

/** Throws RUN_CONFLICT when a stage goes on under parameters or as code that the run was not begun with: its bytes would lie. */
export function requireSameCode(runKey: string, known: RunRecord, { stage, paramsSha256, bundleSha256 }: StageIdentity): void {
  requireSameParams(runKey, known, paramsSha256);
  if (known.bundles?.[stage] !== bundleSha256) throw otherRun(runKey, otherCode(known));
}

/** Throws RUN_CONFLICT when a run was begun with other parameters. */
export function requireSameParams(runKey: string, known: RunRecord, paramsSha256: string): void {
  if (known.params_sha256 !== paramsSha256) throw otherRun(runKey, `parameters ${known.params_sha256}`);
}

/** Marks a stage as done, by compare-and-set; whoever was first is right, and another manifest is RUN_CONFLICT. */
export async function advanceRun(
  { runs }: StageDeps,
  runKey: string,
  stage: StageName,
  manifestSha256: string,
  inputs?: RunRecord['inputs'],
): Promise<void> {
  await runs.transaction(async (tx) => {
    const known = await readRun(tx, runKey);
    if (known === null) throw otherRun(runKey, 'a record that is gone');
    const before = known.stages[stage];
    if (before === manifestSha256) return;
    if (before !== undefined) throw otherRun(runKey, `${stage} manifest ${before}`);
    const open = isFinal(known) ? {} : { outcome: null, code: null };
    const stages = { ...known.stages, [stage]: manifestSha256 };
    tx.set(DOCUMENT_PATHS.run(runKey), { ...known, ...open, ...(inputs === undefined ? {} : { inputs }), stages });
  });
}

/** Tells the next stage where to look. At least once: a stage that is asked again tells it again. */
export async function announceStage(
  { bus }: StageDeps,
  stage: StageName,
  runKey: string,
  manifestSha256: string,
  { trace }: StageContext,
): Promise<void> {
  const data: StageMessage = { run_key: runKey, stage, input_manifest_sha256: manifestSha256, trace };
  await bus.publish({ topic: STAGE_TOPICS[stage], data });
}

/** The answer to a message that came before its time. */
export function notReady(runKey: string, stage: StageName, needs: string): Refusal {
  return { code: 'stage_not_ready', message: `${stage} of ${runKey} needs ${needs}`, details: { run_key: runKey, stage } };
}

function otherCode({ source_revision: revision }: RunRecord): string {
  return `the code of ${revision}`;
}

function otherRun(runKey: string, what: string): LivepoolError {
  const message = `run ${runKey} was begun with ${what}; start again under another run key`;
  return new LivepoolError('RUN_CONFLICT', 'terminal', message, { run_key: runKey });
}
