import type { LoadedPoolParams } from '../../contracts/parse-pool-params.ts';
import type { RunRecord } from '../../contracts/run-record.ts';
import type { CollectFacts } from '../../contracts/stage-facts.ts';
import type { StageManifest } from '../../contracts/stage-manifest.ts';
import { type CalendarDay, formatDay, parseDay } from '../../core/calendar-day.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { invariant, LivepoolError } from '../../core/errors.ts';
import { formatInstantZ, parseInstant } from '../../core/instant.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { type VolumeScale, volumeScale } from '../../market/calibration/volume-scale.ts';
import { lastClosedDay } from '../../market/collect/closed-days.ts';
import type { CandleCodec } from '../../ports/candle-codec.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { refuseHeld } from '../../release/action-rules.ts';
import { readHead } from '../../release/head.ts';
import { objectUri } from '../../release/layout.ts';
import { closeRun } from '../../release/publish/run.ts';
import { formatVersion } from '../../release/version.ts';
import { type CollectedPool, type CollectPoolDeps, collectPool } from '../collect-pool.ts';
import type { PreviousStateDeps } from '../previous-state.ts';
import { readRunInputs } from '../run-inputs.ts';
import { readCalibration } from '../stored-calibration.ts';
import { encodeRunInputs } from './run-files.ts';
import { closeRefused, keepingFailure } from './run-stage.ts';
import { advanceRun, announceStage, beginRun } from './run-state.ts';
import type { StageContext, StageDeps, StageOutcome, StageOutput } from './stage.ts';
import { readStageManifest, stageObject, writeStage } from './stage-files.ts';

export interface CollectStageDeps extends StageDeps, CollectPoolDeps {
  readonly codec: CandleCodec;
  /** The release database and bucket, read only: hold, and state of the universe. */
  readonly release: PreviousStateDeps;
  /** Holds `calibration/<source>.json`. */
  readonly calibrations: ObjectStore;
}

/** What a person or a schedule asked for. */
export interface CollectRequest {
  readonly runKey: string;
  /** Present; a run that exists keeps the logical time it was begun at. */
  readonly nowMs: number;
  /** Slot of a scheduled run: its logical time. */
  readonly scheduledMs: number | null;
  readonly params: LoadedPoolParams;
  readonly sourceRevision: string;
  /** Default: the last day closed at the logical time. */
  readonly asOf?: CalendarDay | undefined;
  /** 1, or the number of a deliberate correction of a sealed version. */
  readonly revision: number;
  readonly acceptRevisions: boolean;
  readonly symbols?: readonly string[] | undefined;
  readonly volumeScale?: number | undefined;
}

/**
 * First stage of the chain: begins or resumes the run (pins as_of, logical time, seed, parameters, code), brings the cold tier up to
 * as_of, and freezes everything that the run decides from below `raw/<run_key>/`. Under a hold the run ends before any object is
 * written. A refusal leaves the run FAILED: what the venue or a person did not give yet may be given later.
 */
export async function runCollectStage(
  deps: CollectStageDeps,
  request: CollectRequest,
  context: StageContext,
): Promise<StageOutcome> {
  const { runKey } = request;
  const record = await beginRun(deps, { runKey, pins: pinsOf(request), requestSha256: wishOf(request) });
  const done = record.stages.collect;
  if (done !== undefined) {
    await announceStage(deps, 'collect', runKey, done, context);
    return { kind: 'duplicate', manifestSha256: done };
  }
  const held = refuseHeld(await readHead(deps.release.documents), request.nowMs);
  if (held !== null) {
    await closeRun(deps, runKey, { outcome: 'HELD', publishSeq: null, refusal: held });
    return { kind: 'held', refusal: held };
  }
  return keepingFailure(deps, runKey, async () => {
    const made = (await standing(deps, runKey)) ?? (await collectAndFreeze(deps, request, record, context));
    if (!made.ok) return closeRefused(deps, runKey, 'FAILED', made.error);
    const { sha256, inputs } = made.value;
    await advanceRun(deps, runKey, 'collect', sha256, inputs);
    await announceStage(deps, 'collect', runKey, sha256, context);
    return { kind: 'done', manifestSha256: sha256 };
  });
}

function pinsOf({
  nowMs,
  scheduledMs,
  asOf,
  params,
  sourceRevision,
}: CollectRequest): Omit<RunRecord, 'stages' | 'outcome' | 'code'> {
  const logicalTimeMs = Math.floor((scheduledMs ?? nowMs) / 1_000) * 1_000;
  return {
    logical_time: formatInstantZ(logicalTimeMs),
    as_of: formatDay(asOf ?? lastClosedDay(logicalTimeMs)),
    inputs: [],
    params_id: params.params.id,
    params_sha256: params.sha256,
    source_revision: sourceRevision,
    seed: params.params.seed,
  };
}

/** Digest of everything asked for that is not pinned anyway. */
function wishOf({ asOf, revision, acceptRevisions, symbols, volumeScale: scale }: CollectRequest): string {
  return sha256Hex(
    canonicalJson({ asOf: asOf ?? null, revision, acceptRevisions, symbols: symbols ?? null, scale: scale ?? null }),
  );
}

interface Frozen {
  readonly sha256: string;
  readonly inputs: RunRecord['inputs'];
}

/** The manifest that an earlier try left before it could say so. */
async function standing(deps: CollectStageDeps, runKey: string): Promise<Result<Frozen, never> | null> {
  const found = await readStageManifest(deps, 'collect', runKey);
  return found === null ? null : ok({ sha256: found.sha256, inputs: await pinInputs(deps, found.manifest) });
}

async function collectAndFreeze(
  deps: CollectStageDeps,
  request: CollectRequest,
  record: RunRecord,
  context: StageContext,
): Promise<Result<Frozen, readonly Refusal[]>> {
  const { runKey, params, revision } = request;
  const [asOf, logicalTimeMs] = [parseDay(record.as_of), parseInstant(record.logical_time)];
  invariant(asOf !== undefined && logicalTimeMs !== undefined, `run ${runKey} has no readable date`);
  const collected = await collectOnce(deps, request, { asOf, logicalTimeMs }, context);
  if (!collected.ok) return collected;
  const scale = await scaleOf(deps, request);
  if (!scale.ok) return err([scale.error]);
  context.signal?.throwIfAborted();
  const { sourceId } = deps.candles;
  const version = formatVersion({ asOfDate: record.as_of, mode: params.params.mode, revision });
  const collection = collected.value.report;
  const inputs = await readRunInputs(deps, { params: params.params, sourceId, logicalTimeMs, version, collection });
  const files = encodeRunInputs(deps.codec, inputs, { source: sourceId, asOf, logicalTimeMs });
  if (!files.ok) return files;
  const previous = inputs.previous?.input.name ?? null;
  const facts: CollectFacts = {
    source: sourceId,
    volume_scale: scale.value.scale,
    volume_scale_origin: scale.value.origin,
    revision,
    previous_state: previous,
  };
  const output: StageOutput = { files: files.value, facts };
  const write = { stage: 'collect', runKey, inputManifestSha256: null, inherited: [] } as const;
  const { sha256, manifest } = await writeStage(deps, write, output, context);
  return ok({ sha256, inputs: await pinInputs(deps, manifest) });
}

/** Another collection of the same source at the same time is no fault of this run: it is tried again. */
async function collectOnce(
  deps: CollectStageDeps,
  { params, symbols, acceptRevisions }: CollectRequest,
  { asOf, logicalTimeMs }: { readonly asOf: CalendarDay; readonly logicalTimeMs: number },
  { signal }: StageContext,
): Promise<Result<CollectedPool, readonly Refusal[]>> {
  const input = { params: params.params, asOf, nowMs: logicalTimeMs, symbols, acceptRevisions };
  try {
    return await collectPool(deps, { ...input, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.code !== 'COLD_CONFLICT') throw error;
    throw new LivepoolError(
      'STORE_UNAVAILABLE',
      'transient',
      `another collection is at work: ${error.message}`,
      error.details,
      error,
    );
  }
}

async function scaleOf(
  deps: CollectStageDeps,
  { params, volumeScale: override }: CollectRequest,
): Promise<Result<VolumeScale, Refusal>> {
  const { sourceId } = deps.candles;
  const calibrated = await readCalibration(deps.calibrations, sourceId);
  return volumeScale({
    sourceId,
    parameters: params.params.universe.volume_scale,
    ...(calibrated === undefined ? {} : { calibrated: calibrated.scale }),
    ...(override === undefined ? {} : { override }),
  });
}

/** Step 2 PIN: every input by generation and SHA-256 (release spec §6). */
async function pinInputs(
  { objects, layout }: StageDeps,
  { files, run_key: runKey }: StageManifest,
): Promise<RunRecord['inputs']> {
  return Promise.all(
    files.map(async ({ name, sha256 }) => {
      const object = stageObject(layout, 'collect', runKey, name);
      const stat = await objects.stat(object);
      if (stat !== null) return { uri: objectUri(layout, object), generation: stat.generation, sha256 };
      throw new LivepoolError('READBACK_MISMATCH', 'terminal', `${object} is missing; start again under another run key`);
    }),
  );
}
