import type { LoadedPoolParams } from '../../contracts/parse-pool-params.ts';
import type { CalendarDay } from '../../core/calendar-day.ts';
import type { CandleCodec } from '../../ports/candle-codec.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
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
  readonly sourceRevision: string;
  /** Default: the last day closed at the logical time. */
  readonly asOf?: CalendarDay | undefined;
  /** 1, or the number of a deliberate correction of a sealed version. */
  readonly revision: number;
  readonly acceptRevisions: boolean;
  readonly symbols?: readonly string[] | undefined;
  readonly volumeScale?: number | undefined;
}
