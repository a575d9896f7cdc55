import type { PoolParams } from '../contracts/pool-params.ts';
import type { CandleSeries } from '../market/candle-series.ts';
import type { CandleArchive, CollectionReport, InstrumentSnapshot } from '../ports/candle-archive.ts';
import { type PreviousState, type PreviousStateDeps, previousState } from './previous-state.ts';

/** Everything that a run reads before it decides; once it is fixed, the release is a function of it. */
export interface RunInputs {
  readonly candles: readonly CandleSeries[];
  /** Instrument lists known at the run's logical time, oldest first. */
  readonly snapshots: readonly InstrumentSnapshot[];
  /** How the collection of this run went. */
  readonly collection: CollectionReport;
  /** State of the universe in the newest sealed release before this one. */
  readonly previous: PreviousState | null;
}

export interface RunInputsWanted {
  readonly params: PoolParams;
  readonly sourceId: string;
  readonly logicalTimeMs: number;
  /** Version that is to be built. */
  readonly version: string;
  readonly collection: CollectionReport;
}

/** Reads what a run decides from: cold tier, instrument lists, state of the release before. Writes nothing. */
export async function readRunInputs(
  deps: { readonly archive: CandleArchive; readonly release: PreviousStateDeps },
  { params, sourceId, logicalTimeMs, version, collection }: RunInputsWanted,
): Promise<RunInputs> {
  return {
    candles: await deps.archive.read(sourceId),
    snapshots: await deps.archive.instrumentHistory(sourceId, logicalTimeMs),
    previous: params.universe.state === 'carry' ? await previousState(deps.release, version) : null,
    collection,
  };
}
