import type { AssetAction } from '../../contracts/asset-actions.ts';
import { checkContract } from '../../contracts/decode.ts';
import type { LoadedPoolParams } from '../../contracts/parse-pool-params.ts';
import type { RunRecord } from '../../contracts/run-record.ts';
import { type CollectFacts, collectFactsSchema, type ScoreStageFacts } from '../../contracts/stage-facts.ts';
import { parseDay } from '../../core/calendar-day.ts';
import { invariant, LivepoolError } from '../../core/errors.ts';
import { parseInstant } from '../../core/instant.ts';
import { ok, type Refusal, type Result } from '../../core/result.ts';
import type { CandleCodec } from '../../ports/candle-codec.ts';
import { decideRun, type RunFacts } from '../decide-run.ts';
import type { InputDigest } from '../input-digests.ts';
import type { CodeIdentity } from '../run-facts.ts';
import { scoredRunOf } from '../scored-run.ts';
import { decodeRunInputs, jsonFile } from './run-files.ts';
import { requireSameCode } from './run-state.ts';
import type { FileStage, StageInput, StageOutput } from './stage.ts';

/** File in which the decision travels to the next stage. */
export const DECISION_FILE = 'decision.json';

/** What scoring needs besides the frozen inputs of the run. */
export interface ScoreStageOptions {
  readonly params: LoadedPoolParams;
  readonly actions: readonly AssetAction[];
  readonly actionsInput: InputDigest;
  /** Digest of the bundle that runs. */
  readonly bundleSha256: string;
  readonly libraryVersions: CodeIdentity['libraryVersions'];
  readonly codec: CandleCodec;
}

/** Second stage: from the frozen inputs to the decision, its explanation and the rest of the evidence. */
export function scoreStage(options: ScoreStageOptions): FileStage {
  return { name: 'score', after: 'collect', compute: (input) => score(options, input) };
}

async function score(
  { params, bundleSha256, libraryVersions, codec, ...options }: ScoreStageOptions,
  input: StageInput,
): Promise<Result<StageOutput, readonly Refusal[]>> {
  const { record, runKey } = input;
  requireSameCode(runKey, record, { stage: 'score', paramsSha256: params.sha256, bundleSha256 });
  const facts = collectFacts(input);
  const [asOf, logicalTimeMs] = [parseDay(record.as_of), parseInstant(record.logical_time)];
  invariant(asOf !== undefined && logicalTimeMs !== undefined, `run ${runKey} has no readable date`);
  const run: RunFacts = {
    ...options,
    params,
    asOf,
    logicalTimeMs,
    sourceId: facts.source,
    volumeScale: facts.volume_scale,
    scaleOrigin: facts.volume_scale_origin,
  };
  const inputs = await decodeRunInputs(codec, input.files, facts);
  const decided = decideRun(run, inputs);
  if (!decided.ok) return decided;
  const code = { ...codeOf(runKey, record), libraryVersions };
  const scored = scoredRunOf(decided.value, params, {
    code,
    scaleOrigin: run.scaleOrigin,
    revisions: inputs.collection.revisions.length,
  });
  const left: ScoreStageFacts = { revision: facts.revision, score: scored.facts };
  return ok({ files: new Map([[DECISION_FILE, jsonFile(scored.decision)], ...scored.evidence]), facts: left });
}

/** The commit and lock file that the run was begun with, of which this bundle is. */
function codeOf(
  runKey: string,
  { source_revision: sourceRevision, lock_file_sha256: lockFileSha256 }: RunRecord,
): Omit<CodeIdentity, 'libraryVersions'> {
  invariant(lockFileSha256 !== undefined, `run ${runKey} names no lock file`);
  return { sourceRevision, lockFileSha256 };
}

function collectFacts({ manifest }: StageInput): CollectFacts {
  const facts = checkContract(collectFactsSchema, manifest.facts, 'the facts of collect');
  if (facts.ok) return facts.value;
  throw new LivepoolError('READBACK_MISMATCH', 'terminal', facts.error.message, facts.error.details);
}
