import type { AssetAction } from '../contracts/asset-actions.ts';
import type { LoadedPoolParams } from '../contracts/parse-pool-params.ts';
import { type CalendarDay, dayOfMs } from '../core/calendar-day.ts';
import type { Refusal, Result } from '../core/result.ts';
import type { VolumeScale } from '../market/calibration/volume-scale.ts';
import type { InstrumentSnapshot } from '../market/instrument-snapshot.ts';
import { type DecidedPool, decidePool } from './decide-pool.ts';
import { type InputDigest, inputDigests } from './input-digests.ts';
import type { RunInputs } from './run-inputs.ts';

/** What a run is, besides its inputs. */
export interface RunFacts {
  readonly params: LoadedPoolParams;
  readonly asOf: CalendarDay;
  /** Logical time of the run. */
  readonly logicalTimeMs: number;
  readonly sourceId: string;
  readonly volumeScale: number;
  /** Who decided the scale. */
  readonly scaleOrigin: VolumeScale['origin'];
  readonly actions: readonly AssetAction[];
  readonly actionsInput: InputDigest;
}

/** The decision of a run. Pure: in one process or in four, the same inputs decide the same. */
export function decideRun(run: RunFacts, inputs: RunInputs): Result<DecidedPool, readonly Refusal[]> {
  const { previous, collection } = inputs;
  return decidePool({
    params: run.params,
    asOf: run.asOf,
    candles: inputs.candles,
    metadata: metadataOf(inputs),
    inputs: digestsOf(run, inputs),
    source: run.sourceId,
    volumeScale: run.volumeScale,
    actions: run.actions,
    failedSymbols: collection.symbols.filter(({ state }) => state === 'fetch_failed').map(({ symbol }) => symbol),
    runAtMs: run.logicalTimeMs,
    ...(previous === null ? {} : { universeState: previous.state }),
  });
}

/** Digests of everything that the decision of a run is made from, by content. */
export function digestsOf(run: RunFacts, inputs: RunInputs): readonly InputDigest[] {
  const { previous, candles } = inputs;
  return [
    ...inputDigests(run.sourceId, candles, metadataOf(inputs), run.asOf),
    run.actionsInput,
    ...(previous === null ? [] : [previous.input]),
  ];
}

/** The instrument lists of a run, each from the day on which it was fetched. */
export function metadataOf({ snapshots }: Pick<RunInputs, 'snapshots'>): readonly InstrumentSnapshot[] {
  return snapshots.map(({ fetchedAtMs, instruments }) => ({ knownFrom: dayOfMs(fetchedAtMs), instruments }));
}
