import { STAGES } from '../../contracts/names.ts';
import type { LoadedPoolParams } from '../../contracts/parse-pool-params.ts';
import type { ReleaseSet } from '../../contracts/release-set.ts';
import { type CalendarDay, formatDay } from '../../core/calendar-day.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { formatInstantZ } from '../../core/instant.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { lastClosedDay } from '../../market/collect/closed-days.ts';
import type { CandleCodec } from '../../ports/candle-codec.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { RunPins } from '../../release/publish/run.ts';
import type { CollectPoolDeps } from '../collect-pool.ts';
import type { PreviousStateDeps } from '../previous-state.ts';
import type { StageDeps } from './stage.ts';

/** What the first stage needs. */
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
  /** What is deployed: the run is made by this code, from its first stage to its last. */
  readonly deployed: ReleaseSet;
  /** Default: the last day closed at the logical time. */
  readonly asOf?: CalendarDay | undefined;
  /** 1, or the number of a deliberate correction of a sealed version. */
  readonly revision: number;
  readonly acceptRevisions: boolean;
  readonly symbols?: readonly string[] | undefined;
  readonly volumeScale?: number | undefined;
}

/** What a run is begun with and keeps: day, logical time, parameters, code. */
export function pinsOf({ nowMs, scheduledMs, asOf, params, deployed }: CollectRequest): RunPins {
  const logicalTimeMs = Math.floor((scheduledMs ?? nowMs) / 1_000) * 1_000;
  return {
    logical_time: formatInstantZ(logicalTimeMs),
    as_of: formatDay(asOf ?? lastClosedDay(logicalTimeMs)),
    inputs: [],
    params_id: params.params.id,
    params_sha256: params.sha256,
    source_revision: deployed.revision,
    bundles: stageBundles(deployed),
    lock_file_sha256: deployed.lock_file_sha256,
    seed: params.params.seed,
  };
}

/** Digest of everything asked for that is not pinned anyway; `more` tells runs of another purpose apart. */
export function wishOf(
  { asOf, revision, acceptRevisions, symbols, volumeScale: scale }: CollectRequest,
  more: Readonly<Record<string, string>> = {},
): string {
  const wish = { asOf: asOf ?? null, revision, acceptRevisions, symbols: symbols ?? null, scale: scale ?? null };
  return sha256Hex(canonicalJson({ ...wish, ...more }));
}

/** Bundles of the chain; what else is deployed may change while a run is at work. */
function stageBundles({ bundles }: ReleaseSet): Readonly<Record<string, string>> {
  return Object.fromEntries(STAGES.flatMap((stage) => (bundles[stage] === undefined ? [] : [[stage, bundles[stage]]])));
}
