import type { FileBytes } from '../contracts/artifact-files.ts';
import type { LoadedPoolParams } from '../contracts/parse-pool-params.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { formatInstant } from '../core/instant.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import { sha256Hex } from '../core/sha256.ts';
import { utf8 } from '../core/text-bytes.ts';
import { withExclusions } from '../pool/explain/count-exclusions.ts';
import { explainBytes } from '../pool/explain/explain-bytes.ts';
import { renderArtifacts } from '../release/artifacts.ts';
import { dataDigest } from '../release/digests.ts';
import { runManifestBytes } from '../release/run-manifest.ts';
import type { ValidationOptions } from '../release/validate/validation-options.ts';
import type { DecidedPool } from './decide-pool.ts';
import { type CodeIdentity, runManifestOf } from './run-facts.ts';
import { validationOptionsOf } from './validation-facts.ts';

export interface AssembleInput {
  readonly decided: DecidedPool;
  readonly params: LoadedPoolParams;
  /** `<as_of>-<mode>[-rN]`. */
  readonly version: string;
  /** The run's logical time: `generated_at` of everything. */
  readonly logicalTimeMs: number;
  readonly code: CodeIdentity;
  /** Stored days whose values the venue changed while collecting (pool spec §3). */
  readonly revisions: number;
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
  const { decided, params, code } = input;
  const evidence = evidenceOf(input);
  const explain = evidence.get('explain.json')!;
  const files = renderArtifacts(decided.scored.decision, {
    version: input.version,
    sourceProject: params.params.source_project,
    sourceRevision: code.sourceRevision,
    generatedAt: formatInstant(input.logicalTimeMs),
    params: { id: params.params.id, sha256: params.sha256 },
    dataDigest: dataDigest(decided.explain.inputs),
    evidenceSha256: sha256Hex(explain),
    export: params.params.export,
    symbolMap: params.params.symbol_map,
  });
  if (!files.ok) return err([withExclusions(files.error, decided.panel.exclusions)]);
  return ok({ files: files.value, evidence, validation: validationOptionsOf(input, explain) });
}

function evidenceOf({ decided, params, code }: AssembleInput): Map<string, Uint8Array> {
  const evidence = new Map<string, Uint8Array>([['explain.json', explainBytes(decided.explain)]]);
  const { state } = decided.panel.universe;
  if (state !== undefined) evidence.set('universe_state.json', utf8(`${canonicalJson(state)}\n`));
  return evidence.set('run_manifest.json', runManifestBytes(runManifestOf(decided, params, code)));
}
