import type { RunRecord } from '../contracts/run-record.ts';
import { formatDay } from '../core/calendar-day.ts';
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
import type { DecidedPool } from './decide-pool.ts';
import { decideRun, digestsOf, type RunFacts } from './decide-run.ts';
import type { InputDigest } from './input-digests.ts';
import type { CodeIdentity } from './run-facts.ts';
import { readRunInputs } from './run-inputs.ts';
import { scoredRunOf } from './scored-run.ts';

/** One run from collected candles to a built release. */
export interface BuildRun extends RunFacts {
  readonly runKey: string;
  /** 1 unless a person asked for a correction of a sealed version. */
  readonly revision: number;
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
  const { params, asOf, code, collection, logicalTimeMs } = run;
  const version = formatVersion({ asOfDate: formatDay(asOf), mode: params.params.mode, revision: run.revision });
  const inputs = await readRunInputs(deps, { ...run, params: params.params, version });
  const decided = decideRun(run, inputs);
  if (!decided.ok) return decided;
  const scored = scoredRunOf(decided.value, params, { ...run, revisions: collection.revisions.length });
  const assembled = assembleRelease({ scored, params, version, logicalTimeMs, sourceRevision: code.sourceRevision });
  if (!assembled.ok) return err(assembled.error);
  return ok({ version, decided: decided.value, release: assembled.value, inputs: digestsOf(run, inputs) });
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
export function planBuilt(
  { layout }: ReleaseDeps,
  { runKey }: BuildRun,
  { version, release: { files, evidence } }: BuiltRelease,
  approval: Approval | undefined,
): PublishPlan {
  return planPublish({ layout, runKey, version, files, evidence, isApproved: approval !== undefined });
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
