import type { FileBytes } from '../contracts/artifact-files.ts';
import type { LoadedPoolParams } from '../contracts/parse-pool-params.ts';
import { formatInstant } from '../core/instant.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import { sha256Hex } from '../core/sha256.ts';
import { withExclusions } from '../pool/explain/count-exclusions.ts';
import { EXPLAIN_FILE } from '../pool/explain/explain-bytes.ts';
import { renderArtifacts } from '../release/artifacts.ts';
import { dataDigest, requireFile } from '../release/digests.ts';
import type { ValidationOptions } from '../release/validate/validation-options.ts';
import type { ScoredRun } from './scored-run.ts';
import { validationOptionsOf } from './validation-facts.ts';

export interface AssembleInput {
  readonly scored: ScoredRun;
  readonly params: LoadedPoolParams;
  /** `<as_of>-<mode>[-rN]`. */
  readonly version: string;
  /** The run's logical time: `generated_at` of everything. */
  readonly logicalTimeMs: number;
  /** 40 hex digits; forty zeros = unknown. */
  readonly sourceRevision: string;
}

/** The five artifacts, the evidence beside them, and the facts by which they are judged. */
export interface AssembledRelease {
  readonly files: FileBytes;
  /** explain.json, run_manifest.json, and universe_state.json once there was a refresh. */
  readonly evidence: FileBytes;
  readonly validation: ValidationOptions;
}

/** Renders a decision into the bytes of a release. Same input, same bytes; nothing is written and nothing is judged yet. */
export function assembleRelease(input: AssembleInput): Result<AssembledRelease, readonly Refusal[]> {
  const { scored, params, version, logicalTimeMs, sourceRevision } = input;
  const files = renderArtifacts(scored.decision, {
    version,
    sourceProject: params.params.source_project,
    sourceRevision,
    generatedAt: formatInstant(logicalTimeMs),
    params: { id: params.params.id, sha256: params.sha256 },
    dataDigest: dataDigest(scored.explain.inputs),
    evidenceSha256: sha256Hex(requireFile(scored.evidence, EXPLAIN_FILE)),
    export: params.params.export,
    symbolMap: params.params.symbol_map,
  });
  if (!files.ok) return err([withExclusions(files.error, scored.explain.excluded)]);
  return ok({ files: files.value, evidence: scored.evidence, validation: validationOptionsOf(input) });
}
