import { loadAssetActions } from '#shared/adapters/fs/asset-actions-file.ts';
import type { LoadedPoolParams } from '#shared/contracts/parse-pool-params.ts';
import { type CalendarDay, formatDay } from '#shared/core/calendar-day.ts';
import { parseInstant } from '#shared/core/instant.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import { type VolumeScale, volumeScale } from '#shared/market/calibration/volume-scale.ts';
import { lastClosedDay } from '#shared/market/collect/closed-days.ts';
import type { BuildRun } from '#shared/pipeline/release-pool.ts';
import { readCalibration } from '#shared/pipeline/stored-calibration.ts';
import type { CollectionReport } from '#shared/ports/candle-archive.ts';
import { readRun } from '#shared/release/publish/run.ts';
import { codeIdentity } from './code-identity.ts';
import type { Home } from './home.ts';

/** What a run is a function of, before it has collected anything. */
export interface PinnedRun {
  readonly runKey: string;
  readonly asOf: CalendarDay;
  readonly logicalTimeMs: number;
  readonly scale: VolumeScale;
  readonly revision: number;
}

/** What a person asked for. */
export interface RunWish {
  readonly sourceId: string;
  readonly params: LoadedPoolParams;
  readonly nowMs: number;
  readonly asOf: CalendarDay | undefined;
  readonly runId: string | undefined;
  readonly revision: number;
  /** `--volume-scale`. */
  readonly volumeScale: number | undefined;
}

/** Names the run and fixes what it is a function of; a run that exists keeps its own logical time. */
export async function pinRun(home: Home, wish: RunWish): Promise<Result<PinnedRun, Refusal>> {
  const { sourceId, revision, nowMs } = wish;
  const { params } = wish.params;
  const calibrated = await readCalibration(home.objects, sourceId);
  const scale = volumeScale({
    sourceId,
    parameters: params.universe.volume_scale,
    ...(calibrated === undefined ? {} : { calibrated: calibrated.scale }),
    ...(wish.volumeScale === undefined ? {} : { override: wish.volumeScale }),
  });
  if (!scale.ok) return err(scale.error);
  const asOf = wish.asOf ?? lastClosedDay(nowMs);
  const runKey = `manual:${wish.runId ?? defaultRunId(sourceId, params.id, asOf, revision)}`;
  const known = await readRun(home.documents, runKey);
  const logicalTimeMs = (known === null ? undefined : parseInstant(known.logical_time)) ?? nowMs;
  return ok({ runKey, asOf, logicalTimeMs, scale: scale.value, revision });
}

/** The build of a pinned run whose candles are collected. */
export function buildRunOf(
  { scale, ...pinned }: PinnedRun,
  params: LoadedPoolParams,
  collection: CollectionReport,
  sourceRevision: string,
): BuildRun {
  const { actions, input: actionsInput } = loadAssetActions();
  const code = codeIdentity(sourceRevision);
  const { source: sourceId, scale: factor, origin } = scale;
  return { ...pinned, params, volumeScale: factor, scaleOrigin: origin, sourceId, actions, actionsInput, collection, code };
}

/** The same wish has the same name, so that a rerun resumes it. */
function defaultRunId(source: string, paramsId: string, asOf: CalendarDay, revision: number): string {
  return `${source}-${paramsId}-${formatDay(asOf)}${revision === 1 ? '' : `-r${revision}`}`;
}
