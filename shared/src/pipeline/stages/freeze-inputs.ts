import type { RunRecord } from '../../contracts/run-record.ts';
import type { CollectFacts } from '../../contracts/stage-facts.ts';
import type { StageManifest } from '../../contracts/stage-manifest.ts';
import { LivepoolError } from '../../core/errors.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { type VolumeScale, volumeScale } from '../../market/calibration/volume-scale.ts';
import { objectUri } from '../../release/layout.ts';
import { formatVersion } from '../../release/version.ts';
import { readRunInputs } from '../run-inputs.ts';
import { readCalibration } from '../stored-calibration.ts';
import { collectOnce, daysOf } from './collect-once.ts';
import type { CollectRequest, CollectStageDeps } from './collect-request.ts';
import { encodeRunInputs } from './run-files.ts';
import type { StageContext, StageDeps, StageOutput } from './stage.ts';
import { readStageManifest, stageObject, writeStage } from './stage-files.ts';

/** A run whose inputs stand below `raw/<run_key>/` and never change again. */
export interface FrozenInputs {
  readonly sha256: string;
  readonly inputs: RunRecord['inputs'];
}

/** Brings the cold tier up to the run's day, then writes down everything that the run will decide from, its manifest last. */
export async function collectAndFreeze(
  deps: CollectStageDeps,
  request: CollectRequest,
  record: RunRecord,
  context: StageContext,
): Promise<Result<FrozenInputs, readonly Refusal[]>> {
  const { runKey, params, revision } = request;
  const { asOf, logicalTimeMs } = daysOf(runKey, record);
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

/** The inputs that an earlier try froze before it could say so, or null. */
export async function frozenBefore(deps: CollectStageDeps, runKey: string): Promise<Result<FrozenInputs, never> | null> {
  const found = await readStageManifest(deps, 'collect', runKey);
  return found === null ? null : ok({ sha256: found.sha256, inputs: await pinInputs(deps, found.manifest) });
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
