import { EVIDENCE_FILES, type FileBytes } from '../../contracts/artifact-files.ts';
import { checkContract } from '../../contracts/decode.ts';
import { explainSchema } from '../../contracts/explain.ts';
import type { LoadedPoolParams } from '../../contracts/parse-pool-params.ts';
import { poolDecisionSchema } from '../../contracts/pool-decision.ts';
import { type BuildStageFacts, scoreStageFactsSchema } from '../../contracts/stage-facts.ts';
import type { ValidationFinding } from '../../contracts/validation-result.ts';
import { invariant, LivepoolError } from '../../core/errors.ts';
import { parseInstant } from '../../core/instant.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { EXPLAIN_FILE } from '../../pool/explain/explain-bytes.ts';
import { validateRelease } from '../../release/validate/validate-release.ts';
import { formatVersion } from '../../release/version.ts';
import { assembleRelease } from '../assemble-release.ts';
import { decoded } from './run-files.ts';
import { requireSameCode } from './run-state.ts';
import { DECISION_FILE } from './score-stage.ts';
import type { FileStage, StageInput, StageOutput } from './stage.ts';

export interface BuildStageOptions {
  readonly params: LoadedPoolParams;
  /** Digest of the bundle that runs. */
  readonly bundleSha256: string;
}

/** Third stage: renders the decision into the five files and judges them; an invalid release never leaves this stage. */
export function buildStage(options: BuildStageOptions): FileStage {
  return { name: 'build', after: 'score', compute: async (input) => build(options, input) };
}

function build({ params, bundleSha256 }: BuildStageOptions, input: StageInput): Result<StageOutput, readonly Refusal[]> {
  const { record, runKey, files } = input;
  requireSameCode(runKey, record, { stage: 'build', paramsSha256: params.sha256, bundleSha256 });
  const facts = checkContract(scoreStageFactsSchema, input.manifest.facts, 'the facts of score');
  if (!facts.ok) throw new LivepoolError('READBACK_MISMATCH', 'terminal', facts.error.message, facts.error.details);
  const logicalTimeMs = parseInstant(record.logical_time);
  invariant(logicalTimeMs !== undefined, `run ${runKey} has no readable logical time`);
  const { revision, score } = facts.value;
  const decision = decoded(poolDecisionSchema, files, DECISION_FILE);
  const version = formatVersion({ asOfDate: decision.asOfDate, mode: params.params.mode, revision });
  const evidence = evidenceOf(files);
  const scored = { decision, explain: decoded(explainSchema, files, EXPLAIN_FILE), evidence, facts: score };
  const release = assembleRelease({ scored, params, version, logicalTimeMs, sourceRevision: record.source_revision });
  if (!release.ok) return release;
  const judged = validateRelease(release.value.files, release.value.validation);
  if (!judged.ok) return err(judged.errors.map(violation));
  const left: BuildStageFacts = { version, score };
  return ok({ files: release.value.files, carried: [...evidence.keys()], facts: left });
}

/** The evidence among the files of a stage. */
export function evidenceOf(files: FileBytes): FileBytes {
  return new Map([...files].filter(([name]) => (EVIDENCE_FILES as readonly string[]).includes(name)));
}

function violation({ rule, file, path, message }: ValidationFinding): Refusal {
  return { code: 'VALIDATION_FAILED', message: `${rule} ${file} ${path}: ${message}`, details: { rule, file, path } };
}
