import type { AssetAction } from '../contracts/asset-actions.ts';
import type { LoadedPoolParams } from '../contracts/parse-pool-params.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import { type CalendarDay, dayOfMs, formatDay } from '../core/calendar-day.ts';
import { formatInstantZ } from '../core/instant.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import type { CandleArchive, CollectionReport } from '../ports/candle-archive.ts';
import type { ActResult } from '../release/act.ts';
import type { Approval } from '../release/act-request.ts';
import { type PublishPlan, planPublish } from '../release/plan.ts';
import { publish } from '../release/publish/publish.ts';
import type { ReleaseDeps } from '../release/release-deps.ts';
import { formatVersion } from '../release/version.ts';
import { type AssembledRelease, assembleRelease } from './assemble-release.ts';
import { type DecidedPool, decidePool } from './decide-pool.ts';
import { type InputDigest, inputDigests } from './input-digests.ts';
import { previousState } from './previous-state.ts';
import type { CodeIdentity } from './run-facts.ts';

/** One run from collected candles to a built release. */
export interface BuildRun {
  readonly runKey: string;
  readonly params: LoadedPoolParams;
  readonly asOf: CalendarDay;
  /** 1 unless a person asked for a correction of a sealed version. */
  readonly revision: number;
  /** Logical time of the run. */
  readonly logicalTimeMs: number;
  readonly sourceId: string;
  readonly volumeScale: number;
  readonly actions: readonly AssetAction[];
  readonly actionsInput: InputDigest;
  /** How the collection of this run went. */
  readonly collection: CollectionReport;
  readonly code: CodeIdentity;
}

export interface BuiltRelease {
  readonly version: string;
  readonly decided: DecidedPool;
  readonly release: AssembledRelease;
  readonly inputs: readonly InputDigest[];
}

/** Reads the cold tier, decides and renders; writes nothing. The same stores and run give the same bytes. */
export async function buildFromArchive(
  deps: { readonly archive: CandleArchive; readonly release: ReleaseDeps },
  run: BuildRun,
): Promise<Result<BuiltRelease, readonly Refusal[]>> {
  const { params, asOf } = run;
  const version = formatVersion({ asOfDate: formatDay(asOf), mode: params.params.mode, revision: run.revision });
  const candles = await deps.archive.read(run.sourceId);
  const history = await deps.archive.instrumentHistory(run.sourceId, run.logicalTimeMs);
  const metadata = history.map(({ fetchedAtMs, instruments }) => ({ knownFrom: dayOfMs(fetchedAtMs), instruments }));
  const previous = params.params.universe.state === 'carry' ? await previousState(deps.release, version) : null;
  const inputs = [
    ...inputDigests(run.sourceId, candles, metadata, asOf),
    run.actionsInput,
    ...(previous === null ? [] : [previous.input]),
  ];
  const decided = decidePool({
    params,
    asOf,
    candles,
    metadata,
    inputs,
    source: run.sourceId,
    volumeScale: run.volumeScale,
    actions: run.actions,
    failedSymbols: run.collection.symbols.filter(({ state }) => state === 'fetch_failed').map(({ symbol }) => symbol),
    runAtMs: run.logicalTimeMs,
    ...(previous === null ? {} : { universeState: previous.state }),
  });
  if (!decided.ok) return decided;
  const assembled = assembleRelease({
    decided: decided.value,
    params,
    version,
    logicalTimeMs: run.logicalTimeMs,
    code: run.code,
    revisions: run.collection.revisions.length,
  });
  return assembled.ok ? ok({ version, decided: decided.value, release: assembled.value, inputs }) : err(assembled.error);
}

/** Publishes what was built, under the run's key and pins. */
export function publishBuilt(
  deps: ReleaseDeps,
  run: BuildRun,
  built: BuiltRelease,
  approval: Approval | undefined,
): Promise<ActResult> {
  const { files, evidence, validation } = built.release;
  return publish(deps, { runKey: run.runKey, pins: pinsOf(run, built), files, evidence, validation, approval });
}

/** The writes that `publishBuilt` would make, as data. */
export function planBuilt({ layout }: ReleaseDeps, { version, release }: BuiltRelease): PublishPlan {
  return planPublish({ layout, version, files: release.files, evidence: release.evidence });
}

function pinsOf(run: BuildRun, { inputs }: BuiltRelease): Omit<RunRecord, 'stages' | 'outcome' | 'code'> {
  return {
    logical_time: formatInstantZ(run.logicalTimeMs),
    as_of: formatDay(run.asOf),
    // By content: a local archive may cut the same rows into other files, and then has other generations for the same input.
    inputs: inputs.map(({ name, sha256 }) => ({ uri: name, generation: 'content', sha256 })),
    params_id: run.params.params.id,
    params_sha256: run.params.sha256,
    source_revision: run.code.sourceRevision,
    seed: run.params.params.seed,
  };
}
